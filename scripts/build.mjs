// npm run build, and before packing: everything that is needed for dist/, and dist/ itself.

import { prepare } from './steps/prepare.mjs';
import { runScript } from './steps/stop.mjs';

await runScript(prepare);
