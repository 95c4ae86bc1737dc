// fnlog serve: the server, and nothing that runs code.

import { Command } from 'commander';
import { startApp } from '../../app.ts';
import { firstKeyText } from '../first-key-text.ts';
import { fnlogVersion } from '../fnlog-version.ts';
import { addSettingsOptions, serverSettingKeys, settingsFrom } from '../settings-options.ts';
import { stopSignal } from '../stop-signal.ts';

export function serveCommand(): Command {
  const command = new Command('serve').description('Serve the APIs until stopped.');
  return addSettingsOptions(command, serverSettingKeys).action(serve);
}

async function serve(options: Record<string, unknown>): Promise<void> {
  const stopped = stopSignal();
  const settings = settingsFrom(options, serverSettingKeys);
  const app = await startApp(settings, { version: fnlogVersion() });
  if (app.firstKey !== undefined) {
    console.error(firstKeyText(app.firstKey, app.keyPath));
  }
  console.log(`fnlog listening on ${app.url}`);
  await stopped;
  await app.close();
}
