// Holds the import table of the design as data, and the few other rules about the shape of the
// sources that no linter rule covers. A broken rule is reported with file, import and rule.

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, extname, join, posix, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { describe, expect, test } from 'vitest';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');

const basis = ['domain', 'telemetry'];
const edges = [...basis, 'auth', 'wire', 'ingest', 'query'];
const inner = ['config', ...edges, 'store', 'runner', 'http', 'files'];

/** Folder or file on top of src/ -> what it may import besides itself. */
const mayImport: Record<string, readonly string[]> = {
  domain: [],
  config: ['domain'],
  telemetry: ['domain'],
  auth: ['domain'],
  wire: ['domain'],
  ingest: basis,
  query: basis,
  store: basis,
  runner: basis,
  // Runs in other people's programs: nothing of the server comes along.
  wrap: [],
  http: edges,
  files: edges,
  app: inner,
  cli: ['app', 'config', 'domain', 'auth', 'wire'],
  main: ['cli'],
  launch: ['main'],
};

/** Sockets and files: only these folders touch them … */
const systemModules = ['dgram', 'fs', 'fs/promises', 'http', 'http2', 'https', 'net', 'tls'];
const systemFolders = ['http', 'files', 'cli'];
/** … and these, each for one reason. `at` is a folder (ending in /) or a file under src/. */
const systemExceptions = [
  { at: 'store/clickhouse/', modules: ['fs', 'fs/promises'], why: 'schema files, data directory' },
  { at: 'runner/', modules: ['fs', 'fs/promises'], why: 'worker processes, function folders' },
  { at: 'wrap/', modules: ['fs', 'fs/promises', 'http', 'https'], why: 'spool, requests to fnlog' },
  { at: 'config/load.ts', modules: ['fs', 'fs/promises'], why: 'the config file' },
];

const codeRoots = ['src', 'test', 'bench', 'scripts'];
const codeEndings = new Set(['.ts', '.cts', '.mts', '.tsx', '.js', '.cjs', '.mjs', '.py', '.sql']);
const linesMax = 300;
const vagueNames = new Set(['util', 'utils', 'helper', 'helpers', 'common']);

describe('the import table', () => {
  test('every file imports only what its folder may', () => {
    expect(productionImports().flatMap(breaksTable)).toEqual([]);
  });

  test('domain imports nothing outside itself', () => {
    expect(productionImports().flatMap(breaksDomain)).toEqual([]);
  });

  test('only http, files and cli touch sockets and files', () => {
    expect(productionImports().flatMap(breaksSystem)).toEqual([]);
  });

  test('a broken rule is named with file and import', () => {
    const found = (file: string, source: string) =>
      findImports(file, source).flatMap((use) => [
        ...breaksTable(use),
        ...breaksDomain(use),
        ...breaksSystem(use),
      ]);
    expect(found('src/wire/v2/a.ts', "import type { B } from '../../store/b.ts';")).toEqual([
      'src/wire/v2/a.ts imports ../../store/b.ts: wire may import domain',
    ]);
    expect(found('src/domain/a.ts', "import { z } from 'zod';")).toEqual([
      'src/domain/a.ts imports zod: domain imports nothing outside itself',
    ]);
    expect(found('src/main.ts', "import { readFile } from 'node:fs/promises';")).toHaveLength(1);
    expect(found('src/store/clickhouse/a.ts', "import 'node:fs';")).toEqual([]);
    expect(found('src/store/clickhouse/a.ts', "import 'node:net';")).toHaveLength(1);
    expect(found('src/new/a.ts', "import '../domain/b.ts';")).toHaveLength(1);
    expect(found('src/http/a.ts', "import '../../test/b.ts';")).toHaveLength(1);
  });

  test('imports are found in every form', () => {
    const source = `
      import { a } from './a.ts';
      import type { B } from './b.ts';
      export { c } from './c.ts';
      import d = require('./d.cts');
      type E = import('./e.ts').E;
      const f = await import('./f.ts');
      const g = require(\`./g.cjs\`);
      const text = "import h from './h.ts'"; // import './i.ts'
    `;
    const names = findImports('src/domain/x.cts', source).map((use) => use.specifier);
    expect(names.map((name) => name.charAt(2)).join('')).toBe('abcdefg');
  });
});

describe('the files', () => {
  test(`no source file has more than ${linesMax} lines`, () => {
    const long = codeFiles().flatMap((file) => {
      const lines = readFileSync(join(root, file), 'utf8').replace(/\n$/, '').split('\n').length;
      return lines > linesMax ? [`${file} has ${lines} lines: at most ${linesMax}`] : [];
    });
    expect(long).toEqual([]);
  });

  test('no folder has a name that fits everything', () => {
    const folders = new Set(codeFiles().map((file) => posix.dirname(file)));
    const vague = [...folders].filter((dir) => dir.split('/').some((part) => vagueNames.has(part)));
    expect(vague).toEqual([]);
  });
});

interface ImportUse {
  /** From the project root, as src/http/build-server.ts. */
  readonly file: string;
  readonly specifier: string;
}

function breaksTable(use: ImportUse): string[] {
  if (!use.specifier.startsWith('.')) return [];
  const from = topOf(use.file);
  const target = posix.join(posix.dirname(use.file), use.specifier);
  if (!target.startsWith('src/')) return [say(use, 'src imports nothing outside src')];
  const to = topOf(target);
  if (from === to) return [];
  const allowed = mayImport[from];
  if (allowed === undefined) return [say(use, `${from} is not in the import table`)];
  if (allowed.includes(to)) return [];
  return [say(use, `${from} may import ${allowed.length > 0 ? allowed.join(', ') : 'nothing'}`)];
}

/** Packages and Node's own modules; what it takes from other folders is the table's matter. */
function breaksDomain(use: ImportUse): string[] {
  if (topOf(use.file) !== 'domain' || use.specifier.startsWith('.')) return [];
  return [say(use, 'domain imports nothing outside itself')];
}

function breaksSystem(use: ImportUse): string[] {
  const module = use.specifier.replace(/^node:/, '');
  if (!systemModules.includes(module) || systemFolders.includes(topOf(use.file))) return [];
  const inside = use.file.slice('src/'.length);
  const excused = systemExceptions.some(
    ({ at, modules }) =>
      (at.endsWith('/') ? inside.startsWith(at) : inside === at) && modules.includes(module),
  );
  return excused ? [] : [say(use, `only ${systemFolders.join(', ')} touch sockets and files`)];
}

function say(use: ImportUse, rule: string): string {
  return `${use.file} imports ${use.specifier}: ${rule}`;
}

/** src/wire/v2/x.ts -> wire; src/app.ts -> app. */
function topOf(file: string): string {
  const top = file.split('/')[1] ?? '';
  return top.replace(/\.c?[jt]s$/, '');
}

function productionImports(): ImportUse[] {
  return codeFiles()
    .filter((file) => /^src\/.*\.c?ts$/.test(file) && !file.endsWith('.test.ts'))
    .flatMap((file) => findImports(file, readFileSync(join(root, file), 'utf8')));
}

/** Static, type-only, re-exporting, dynamic and CommonJS imports, with a fixed name each. */
function findImports(file: string, source: string): ImportUse[] {
  const uses: ImportUse[] = [];
  const visit = (node: ts.Node): void => {
    const name = importedName(node);
    if (name !== undefined && ts.isStringLiteralLike(name)) {
      uses.push({ file, specifier: name.text });
    }
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile(file, source, ts.ScriptTarget.Latest));
  return uses;
}

function importedName(node: ts.Node): ts.Node | undefined {
  if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) return node.moduleSpecifier;
  if (ts.isExternalModuleReference(node)) return node.expression;
  if (ts.isImportTypeNode(node)) {
    return ts.isLiteralTypeNode(node.argument) ? node.argument.literal : undefined;
  }
  if (!ts.isCallExpression(node)) return undefined;
  const callee = node.expression;
  const isImport = callee.kind === ts.SyntaxKind.ImportKeyword;
  const isRequire = ts.isIdentifier(callee) && callee.text === 'require';
  return isImport || isRequire ? node.arguments[0] : undefined;
}

function codeFiles(): string[] {
  return codeRoots
    .map((dir) => join(root, dir))
    .filter((dir) => existsSync(dir))
    .flatMap((dir) => readdirSync(dir, { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile() && codeEndings.has(extname(entry.name)))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .filter((file) => !file.split('/').includes('node_modules'))
    .sort();
}
