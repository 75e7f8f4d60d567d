/** The command table in words and JSON Schema: enough to call any command without having read its source. */
import { z } from 'zod';
import { commandTable } from './command-table.ts';

/** A JSON Schema, draft 2020-12. */
export type JsonSchema = Readonly<Record<string, unknown>>;

export interface DescribedCommand {
  readonly name: string;
  readonly description: string;
  readonly input: JsonSchema;
  /** Of the value; a refusal is `{ error: { type, message, … } }` for all of them. */
  readonly answer: JsonSchema;
}

/** In the order of the table. */
export const describeCommands = (): readonly DescribedCommand[] =>
  Object.keys(commandTable).flatMap(describe);

/** `undefined` where there is no such command. */
export const describeCommand = (name: string): DescribedCommand | undefined => describe(name)[0];

const describe = (name: string): readonly DescribedCommand[] => {
  const command = Object.hasOwn(commandTable, name) ? commandTable[name] : undefined;
  if (command === undefined) return [];
  const { description, input, answer } = command;
  return [{ name, description, input: jsonSchema(input, 'input'), answer: jsonSchema(answer, 'output') }];
};

const jsonSchema = (schema: z.ZodType, io: 'input' | 'output'): JsonSchema =>
  z.toJSONSchema(schema, {
    io,
    unrepresentable: 'any',
    override: ({ jsonSchema: written }) => {
      // What says nothing to a person who calls: every answer is read only, and every whole number is one that fits.
      delete written.readOnly;
      if (written.minimum === Number.MIN_SAFE_INTEGER) delete written.minimum;
      if (written.maximum === Number.MAX_SAFE_INTEGER) delete written.maximum;
    },
  });
