// The rules of style that a machine can hold. A relaxation carries its reason.
import eslint from '@eslint/js';
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
  { ignores: ['**/node_modules/', 'demonstration-data/'] },
  eslint.configs.recommended,
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
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
    files: ['*.config.ts', 'house/vector-reporter.ts'],
    // The tools look for a default export.
    rules: { 'no-restricted-syntax': 'off' },
  },
  {
    files: ['**/*.js'],
    languageOptions: { globals: { process: 'readonly', URL: 'readonly', console: 'readonly' } },
  },
);
