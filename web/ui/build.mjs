// usage: build.mjs NPM WORK OUT
// Builds the page in WORK and writes its files, plain and gzipped, as sources of the program to OUT.
import {spawnSync} from "node:child_process";
import {cpSync, mkdirSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync} from "node:fs";
import {extname, join} from "node:path";
import {gzipSync} from "node:zlib";

const [npm, work, out] = process.argv.slice(2);
const types = {
  ".css": "text/css; charset=utf-8",
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".svg": "image/svg+xml",
};

function run(command, ...args) {
  const done = spawnSync(command, args, {cwd: work, encoding: "utf8"});
  if (done.status === 0) return true;
  process.stderr.write(`${done.stdout ?? ""}${done.stderr ?? ""}${done.error ?? ""}\n`);
  return false;
}

function lock(folder) {
  try {
    return readFileSync(join(folder, "package-lock.json"), "utf8");
  } catch {
    return "";
  }
}

/** False when npm cannot fetch the packages. */
function install() {
  if (lock(join(work, "node_modules")) === lock(work)) return true;
  if (!run(npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error")) return false;
  cpSync(join(work, "package-lock.json"), join(work, "node_modules", "package-lock.json"));
  return true;
}

function files(folder, prefix = "") {
  return readdirSync(folder, {withFileTypes: true}).flatMap((entry) =>
    entry.isDirectory() ? files(join(folder, entry.name), `${prefix}${entry.name}/`) : [prefix + entry.name]);
}

/** The sources: a table, and the bytes behind it, which the assembler takes in. */
function embed(dist) {
  const names = dist ? files(dist).filter((name) => extname(name) in types).sort() : [];
  const rows = [];
  const bytes = ['  .section .rodata\n'];
  const externs = [];
  names.forEach((name, index) => {
    const plain = readFileSync(join(dist, name));
    const zipped = join(out, `asset_${index}.gz`);
    const gzipped = gzipSync(plain, {level: 9});
    writeFileSync(zipped, gzipped);
    for (const [kind, path, size] of [["plain", join(dist, name), plain.length], ["gzip", zipped, gzipped.length]]) {
      const symbol = `sipwake_asset_${index}_${kind}`;
      bytes.push(`  .global ${symbol}\n${symbol}:\n  .incbin "${path}"\n  .byte 0\n`);
      externs.push(`extern const char ${symbol}[${size}];`);
    }
    rows.push(`    Asset{"${name}", "${types[extname(name)]}",\n`
      + `          {sipwake_asset_${index}_plain, ${plain.length}}, {sipwake_asset_${index}_gzip, ${gzipped.length}}},`);
    console.log(`page: ${name} ${plain.length} bytes, ${gzipped.length} gzipped`);
  });
  writeFileSync(join(out, "assets_bytes.S"), `${bytes.join("")}  .section .note.GNU-stack,"",%progbits\n`);
  writeFileSync(join(out, "assets.cpp"), `#include "web/ui/assets.hpp"

#include <array>

extern "C" {
${externs.join("\n")}
}

namespace web::ui {

std::span<const Asset> assets() {
  static const std::array<Asset, ${names.length}> table{
${rows.join("\n")}
  };
  return table;
}

}  // namespace web::ui
`);
}

mkdirSync(work, {recursive: true});
for (const name of ["src", "dist"]) rmSync(join(work, name), {recursive: true, force: true});
for (const name of [".npmrc", "package.json", "package-lock.json", "tsconfig.json", "vite.config.ts", "index.html", "src"])
  cpSync(name, join(work, name), {recursive: true});
if (!install()) {
  console.error("\nWARNING: npm could not fetch the packages of the status page (its reason is above).\n"
    + "WARNING: sipwake is built WITHOUT the page; the next build tries again.\n");
  embed(null);
  // Older than everything, so that the next build makes them again.
  for (const name of ["assets.cpp", "assets_bytes.S"]) utimesSync(join(out, name), 1, 1);
  process.exit(0);
}
if (!run(npm, "run", "--silent", "build")) process.exit(1);
embed(join(work, "dist"));
