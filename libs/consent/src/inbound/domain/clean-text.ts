/**
 * What somebody wrote, without what nobody writes and no database keeps: control characters other than line breaks and
 * tabs, and halves of characters. Phones and mail programs pad and break texts, and a word is the same word with it.
 */
export function cleanText(text: string): string {
  return text.replace(/(?![\t\n\r])\p{Cc}|\p{Cs}/gu, '');
}
