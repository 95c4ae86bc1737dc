// Run by hand after `npm install <package>`, when npm has left packages for other systems out of
// package-lock.json (it does so when the registry does not have them all): `npm ci` refuses such a
// lock file. Adds their entries: name, version, system. What they hold is checked by no hash then.

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './steps/project.mjs';

const systems = new Set(
  'aix android darwin freebsd linux netbsd openbsd openharmony sunos win32'.split(' '),
);
const processors = new Set('arm arm64 ia32 loong64 mips64el ppc64 riscv64 s390x x64'.split(' '));
const exactVersion = /^\d+\.\d+\.\d+(?:-[\w.]+)?$/;

const lockFile = join(root, 'package-lock.json');
const lock = JSON.parse(readFileSync(lockFile, 'utf8'));
const added = missingPackages(lock.packages);

if (added.length > 0) {
  const all = [...Object.entries(lock.packages), ...added];
  lock.packages = Object.fromEntries(all.sort(([a], [b]) => a.localeCompare(b, 'en')));
  writeFileSync(lockFile, `${JSON.stringify(lock, null, 2)}\n`);
}
for (const [path, { version }] of added) console.log(`added ${path} ${version}`);
console.log(`${added.length} entries added to package-lock.json`);

function missingPackages(packages) {
  const found = new Map();
  for (const [path, entry] of Object.entries(packages)) {
    for (const [name, version] of Object.entries(entry.optionalDependencies ?? {})) {
      const nested = `${path}/node_modules/${name}`;
      const present = packages[nested] ?? packages[`node_modules/${name}`];
      if (present === undefined && exactVersion.test(version)) {
        found.set(`node_modules/${name}`, lockEntry(name, version, entry.dev === true));
      }
    }
  }
  return [...found];
}

/** The system is read from the name, as in @chdb/lib-linux-arm64-gnu. */
function lockEntry(name, version, dev) {
  const parts = name.split('/').at(-1).split('-');
  const os = parts.find((part) => systems.has(part));
  const cpu = parts.find((part) => processors.has(part));
  const libc = os === 'linux' ? { gnu: 'glibc', mus: 'musl' }[parts.at(-1).slice(0, 3)] : undefined;
  return {
    version,
    ...(cpu && { cpu: [cpu] }),
    ...(dev && { dev }),
    ...(libc && { libc: [libc] }),
    optional: true,
    ...(os && { os: [os] }),
  };
}
