/**
 * What somebody wrote, without what nobody writes and no database keeps: control characters other than line breaks and
 * tabs, and halves of characters. Phones and mail programs pad and break texts, and a word is the same word with it.
 */
export function cleanText(text: string): string {
  // oxlint-disable-next-line no-control-regex -- those are what is taken out
  return text.replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]|\p{Cs}/gu, '');
}
