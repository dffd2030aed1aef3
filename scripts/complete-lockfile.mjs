import { readFileSync, writeFileSync } from 'node:fs';

/**
 * Adds to package-lock.json the platform packages that the registry at hand did not offer while npm wrote the file.
 * Without them `npm ci` refuses the lockfile, and machines of those platforms would miss their native binaries.
 */
function main() {
  const lock = JSON.parse(readFileSync('package-lock.json', 'utf8'));
  const missing = missingPlatformPackages(lock.packages);
  for (const { name, version, dev } of missing) {
    lock.packages[`node_modules/${name}`] = entryOf(name, version, dev);
  }
  lock.packages = Object.fromEntries(
    Object.entries(lock.packages).sort(([a], [b]) => a.localeCompare(b, 'en')),
  );
  if (missing.length > 0) writeFileSync('package-lock.json', `${JSON.stringify(lock, null, 2)}\n`);
  console.log(`package-lock.json: ${missing.length} platform packages added`);
}

function missingPlatformPackages(packages) {
  return Object.entries(packages).flatMap(([path, { optionalDependencies = {}, dev }]) =>
    Object.entries(optionalDependencies)
      .filter(([name]) => !isLocked(packages, path, name))
      .map(([name, version]) => ({ name, version, dev })),
  );
}

// As Node resolves: beside the package itself first, then in every node_modules above it.
function isLocked(packages, path, name) {
  const above = path.lastIndexOf('node_modules/');
  if (packages[`${path}${path && '/'}node_modules/${name}`]) return true;
  return path !== '' && isLocked(packages, above <= 0 ? '' : path.slice(0, above - 1), name);
}

// A platform package carries its platform in its name: @rollup/rollup-linux-x64-musl. The keys stand in npm's own order.
function entryOf(name, version, dev) {
  const words = name.split(/[/-]/);
  const os = words.find((word) =>
    /^(aix|android|darwin|freebsd|linux|netbsd|openbsd|openharmony|sunos|win32)$/.test(word),
  );
  const cpu = words.find((word) => /^(arm|arm64|ia32|loong64|mips64el|ppc64|riscv64|s390x|x64)$/.test(word));
  if (!os || !/^\d+\.\d+\.\d+$/.test(version))
    throw new Error(`${name}@${version} is missing and names no platform or version`);
  const libc = /musl/.test(name) ? 'musl' : /-gnu/.test(name) && 'glibc';
  return {
    version,
    ...(cpu && { cpu: [cpu] }),
    ...(dev && { dev }),
    ...(os === 'linux' && libc && { libc: [libc] }),
    optional: true,
    os: [os],
  };
}

main();
