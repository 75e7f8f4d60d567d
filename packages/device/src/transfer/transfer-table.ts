/** The commands that bring a history in or out, by name. */
import { command } from '../command.ts';
import { ExportCsv, exportCsv } from './csv-export.ts';
import { ImportDaylio, importDaylio } from './import-daylio.ts';
import { ImportJson, importJson } from './import-json.ts';
import { ImportOriginal, importOriginal } from './import-original.ts';

export const transferCommands = {
  export_csv: command(
    'Writes living entries as CSV files into a folder; what is in the Trash is left out.',
    ExportCsv,
    exportCsv,
  ),
  import_daylio: command('Imports check-ins from the CSV export of Daylio.', ImportDaylio, importDaylio),
  import_json: command(
    'Imports a JSON export of this app, merging it with what is here.',
    ImportJson,
    importJson,
  ),
  import_original: command('Imports the database file of the original app.', ImportOriginal, importOriginal),
};
