// The rules of style that a machine can hold. A relaxation carries its reason.
import eslint from '@eslint/js';
import svelte from 'eslint-plugin-svelte';
import tseslint from 'typescript-eslint';

/** What would make a result depend on when and where it ran; only composition roots may ask (rule A9). */
const ambient = [
  {
    selector: "MemberExpression[object.name='Date'][property.name='now']",
    message: 'Take the time from deps.clock.',
  },
  {
    selector: "NewExpression[callee.name='Date'][arguments.length=0]",
    message: 'Take the time from deps.clock.',
  },
  {
    selector: "MemberExpression[object.name='Math'][property.name='random']",
    message: 'Take chance from deps.randomBytes.',
  },
  { selector: "CallExpression[callee.name='setTimeout']", message: 'Waiting belongs to composition roots.' },
];
const plain = [
  { selector: 'TSEnumDeclaration', message: 'Use a union of texts.' },
  { selector: 'ExportDefaultDeclaration', message: 'Export by name.' },
];

export default tseslint.config(
  {
    ignores: ['**/node_modules/', 'demonstration-data/', 'apps/desktop/build/', 'apps/desktop/.svelte-kit/'],
  },
  eslint.configs.recommended,
  {
    files: ['**/*.ts', '**/*.svelte'],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: {
      parserOptions: {
        projectService: true,
        tsconfigRootDir: import.meta.dirname,
        extraFileExtensions: ['.svelte'],
      },
    },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      '@typescript-eslint/no-unused-vars': ['error', { varsIgnorePattern: '^_', argsIgnorePattern: '^_' }],
      // Which row a statement answers is its author's claim, made where the statement is.
      '@typescript-eslint/no-unnecessary-type-parameters': 'off',
      // A schema and its type share one name, side by side.
      '@typescript-eslint/no-redeclare': 'off',
      'no-restricted-syntax': ['error', ...plain],
      'max-lines-per-function': ['error', { max: 60, skipBlankLines: true, skipComments: true }],
    },
  },
  ...svelte.configs.recommended,
  ...svelte.configs.prettier,
  {
    files: ['**/*.svelte.ts'],
    languageOptions: { parserOptions: { parser: tseslint.parser } },
  },
  {
    // Types inside of components are svelte-check's business: here they would cost minutes, a program for each file.
    files: ['**/*.svelte'],
    extends: [tseslint.configs.disableTypeChecked],
    languageOptions: { parserOptions: { parser: tseslint.parser, projectService: false } },
    rules: { 'prefer-const': 'off', 'no-undef': 'off' },
  },
  {
    files: ['apps/desktop/src/**'],
    rules: {
      // Every page is served from the root of a port.
      'svelte/no-navigation-without-resolve': 'off',
      // A set that nothing is rendered from needs no reactivity.
      'svelte/prefer-svelte-reactivity': 'off',
    },
  },
  {
    // A component opens with a sentence; its functions are short, its script is as long as its page.
    files: ['apps/desktop/src/**'],
    rules: {
      'max-lines-per-function': 'off',
    },
  },
  {
    files: ['apps/desktop/src/**/*.ts'],
    rules: { '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }] },
  },
  {
    files: ['packages/*/src/**/*.ts'],
    ignores: ['**/*.test.ts', '**/testing.ts', '**/*.testing.ts'],
    rules: { 'no-restricted-syntax': ['error', ...plain, ...ambient] },
  },
  {
    files: ['**/*.test.ts', '**/testing.ts', '**/*.testing.ts', 'bench/**', 'faults/**'],
    // A test reads as a story; its length is not what makes it hard to read.
    rules: { 'max-lines-per-function': 'off', '@typescript-eslint/no-non-null-assertion': 'off' },
  },
  {
    files: ['**/*.config.ts', 'house/vector-reporter.ts'],
    // The tools look for a default export.
    rules: { 'no-restricted-syntax': 'off' },
  },
  {
    files: ['**/*.js'],
    languageOptions: { globals: { process: 'readonly', URL: 'readonly', console: 'readonly' } },
  },
);
