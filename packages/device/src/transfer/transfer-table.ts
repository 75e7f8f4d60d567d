/** The commands that bring a history in or out, by name. */
import { command } from '../command.ts';
import { ExportCsv, exportCsv, ExportedCsv } from './csv-export.ts';
import { ImportDaylio, importDaylio, ImportedDaylio } from './import-daylio.ts';
import { ImportedJson, ImportJson, importJson } from './import-json.ts';
import { Imported, ImportOriginal, importOriginal } from './import-original.ts';
import { ExportedJson, ExportJson, exportJsonFile } from './json-export.ts';

export const transferCommands = {
  export_csv: command(
    'Writes living entries as CSV files into a folder; what is in the Trash is left out.',
    { input: ExportCsv, answer: ExportedCsv },
    exportCsv,
  ),
  export_json: command(
    'Writes everything as one JSON file, which import_json reads back to the same bytes.',
    { input: ExportJson, answer: ExportedJson },
    exportJsonFile,
  ),
  import_daylio: command(
    'Imports check-ins from the CSV export of Daylio.',
    { input: ImportDaylio, answer: ImportedDaylio },
    importDaylio,
  ),
  import_json: command(
    'Imports a JSON export of this app, merging it with what is here.',
    { input: ImportJson, answer: ImportedJson },
    importJson,
  ),
  import_original: command(
    'Imports the database file of the original app.',
    { input: ImportOriginal, answer: Imported },
    importOriginal,
  ),
};
