/**
 * A spreadsheet takes a text that begins with =, +, -, @, tab or a line break for a formula, and a formula can send
 * cells away. Such a text gets an apostrophe before it, which a spreadsheet hides; so does one that already has it
 * there, so that taking one apostrophe away always gives the text back.
 * Source: OWASP, "CSV Injection", which also names the wide forms of these characters.
 */
const FORMULA = /^'*[=+\-@\t\r\n＝＋－＠]/u;

export const toSpreadsheetText = (text: string): string => (FORMULA.test(text) ? `'${text}` : text);

/** What a cell said before `toSpreadsheetText` made it safe. */
export const fromSpreadsheetText = (text: string): string =>
  text.startsWith("'") && FORMULA.test(text) ? text.slice(1) : text;
