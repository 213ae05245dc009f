// usage: run.mjs SOURCE WORK
// Tests of the page's code that needs no browser, under Node's own test runner. WORK is where the page was built: its
// bundler takes the types off. 77: the packages are not there, so there is no page either.
import {spawnSync} from "node:child_process";
import {mkdtempSync, readdirSync, rmSync} from "node:fs";
import {createRequire} from "node:module";
import {tmpdir} from "node:os";
import {join, resolve} from "node:path";

const [source, work] = process.argv.slice(2).map((path) => resolve(path));
const folder = join(source, "tests/unit/web/ui");

/** The bundler that Vite brings, or nothing. */
function bundler() {
  try {
    return createRequire(join(work, "package.json"))("esbuild");
  } catch {
    return null;
  }
}

const esbuild = bundler();
if (!esbuild) {
  console.log("the packages of the page were not fetched");
  process.exit(77);
}
const out = mkdtempSync(join(tmpdir(), "sipwake-page-"));
const tests = readdirSync(folder).filter((name) => name.endsWith(".test.ts"));
const imports = tests.map((name) => `import "./${name}";`).join("\n");
esbuild.buildSync({stdin: {contents: imports, resolveDir: folder}, bundle: true, platform: "node", format: "esm", target: "node18",
                   outfile: join(out, "page.test.mjs"), sourcemap: "inline", logLevel: "warning"});
const run = spawnSync(process.execPath, ["--enable-source-maps", "--test", join(out, "page.test.mjs")], {
  stdio: "inherit", env: {...process.env, SIPWAKE_SOURCE_DIR: source, LC_ALL: "en_GB.UTF-8", TZ: "UTC"}});
rmSync(out, {recursive: true, force: true});
process.exit(run.status ?? 1);
