/** Under what the packages may stand. A new name here is a decision; whoever adds it has read it. */

/** Nothing of these asks for more than to be named. The typeface may be passed on with the page. */
export const SHIPPED_LICENCES: readonly string[] = [
  ...['MIT', 'ISC', 'Apache-2.0', 'BSD-2-Clause', 'BSD-3-Clause', '0BSD', 'BlueOak-1.0.0', 'Unlicense'],
  ...['OFL-1.1', '(MIT OR Apache-2.0)'],
];

/** Tools are used and not passed on: a compiler of style sheets, and a table of browsers. */
export const TOOL_LICENCES: readonly string[] = [...SHIPPED_LICENCES, 'MPL-2.0', 'CC-BY-4.0'];

/** Packages that name no licence in their description, and have one as a file. */
export const LICENCES_FROM_FILES: Readonly<Record<string, string>> = { 'svelte-toolbelt': 'MIT' };
