const UNSEEN = /\p{Default_Ignorable_Code_Point}/gu;
const LETTER_OR_DIGIT = /[\p{L}\p{N}]/u;

/**
 * Whether a text by which a person stands for something (who they are, and why) says anything: a letter or a digit that
 * can be seen. Blanks, dashes and characters without width do not. Every door that asks for such a text asks this.
 */
export function saysSomething(text: string): boolean {
  return LETTER_OR_DIGIT.test(text.replace(UNSEEN, ''));
}
