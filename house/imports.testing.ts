/** What each source file brings in, read with the compiler's own parser. */
import { readFileSync } from 'node:fs';
import { glob } from 'node:fs/promises';
import ts from 'typescript';

export interface Import {
  readonly file: string;
  /** What stands between the quotation marks. */
  readonly from: string;
  /** The names that are brought in; empty for `import()` and for a whole module. */
  readonly names: readonly string[];
}

export const isTest = (file: string): boolean => /\.test\.ts$|[./]testing\.ts$/.test(file);

/** The source files of a room, without its tests. */
export const sourceFiles = async (room: string): Promise<readonly string[]> => {
  const found: string[] = [];
  for await (const file of glob(`${room}/**/*.{ts,svelte}`, {
    exclude: ['**/node_modules/**', '**/build/**', '**/.svelte-kit/**'],
  })) {
    if (!isTest(file)) found.push(file);
  }
  return found.sort();
};

export const importsOf = async (room: string): Promise<readonly Import[]> =>
  (await sourceFiles(room)).flatMap((file) => {
    const text = readFileSync(file, 'utf8');
    const named = ts
      .createSourceFile(file, text, ts.ScriptTarget.Latest)
      .statements.flatMap((statement) => namedImport(file, statement) ?? []);
    const known = new Set(named.map(({ from }) => from));
    const others = ts.preProcessFile(text).importedFiles.filter(({ fileName }) => !known.has(fileName));
    return [...named, ...others.map(({ fileName }) => ({ file, from: fileName, names: [] }))];
  });

const namedImport = (file: string, statement: ts.Statement): Import | undefined => {
  if (!ts.isImportDeclaration(statement) || !ts.isStringLiteral(statement.moduleSpecifier)) return undefined;
  const bindings = statement.importClause?.namedBindings;
  const elements = bindings !== undefined && ts.isNamedImports(bindings) ? bindings.elements : [];
  return {
    file,
    from: statement.moduleSpecifier.text,
    names: elements.map(({ name, propertyName }) => (propertyName ?? name).text),
  };
};
