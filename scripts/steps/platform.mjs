// Says in a sentence when this machine cannot run fnlog, before anything is downloaded.

import { Stop } from './stop.mjs';

// The same floor as "engines" in package.json.
const oldestNode = { major: 20, minor: 19 };
// What the embedded ClickHouse library is built for.
const platforms = ['linux', 'darwin'];
const architectures = ['x64', 'arm64'];

export function requirePlatform() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major < oldestNode.major || (major === oldestNode.major && minor < oldestNode.minor)) {
    throw new Stop(
      `this is Node ${process.versions.node}; fnlog needs Node ${oldestNode.major}.${oldestNode.minor} or newer (https://nodejs.org)`,
    );
  }
  if (!platforms.includes(process.platform) || !architectures.includes(process.arch)) {
    throw new Stop(
      `fnlog runs on Linux (glibc) and macOS, on x64 and arm64; this is ${process.platform} on ${process.arch}. On Windows, use WSL`,
    );
  }
  if (process.platform === 'linux' && !hasGlibc()) {
    throw new Stop(
      'fnlog needs a Linux with glibc (Debian, Ubuntu, Fedora …); this one has another C library, such as musl on Alpine',
    );
  }
}

function hasGlibc() {
  // Without this the report looks up the names of open connections.
  process.report.excludeNetwork = true;
  return process.report.getReport().header.glibcVersionRuntime !== undefined;
}
