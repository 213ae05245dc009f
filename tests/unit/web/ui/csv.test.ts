import assert from "node:assert/strict";
import {test} from "node:test";

import {partsOf, readCsv} from "../../../../web/ui/src/csv";

const faults = (file: string, domain = ""): string[] => readCsv(file, domain).map((row) => row.fault);

test("reads the columns by the names in the first line", () => {
  const [row] = readCsv("secret,name,extension\r\nhunter2,Ann,201\r\n", "example.com");
  assert.deepEqual(row, {line: 2, fault: "", values: {password: "hunter2", display_name: "Ann", aor: "201@example.com"}});
});

test("takes a file without names of columns as address, password and name", () => {
  const [row] = readCsv("ann@example.com,hunter2,Ann", "");
  assert.deepEqual(row, {line: 1, fault: "", values: {aor: "ann@example.com", password: "hunter2", display_name: "Ann"}});
});

test("keeps commas, quotes and line ends inside quotes, and counts lines as the file does", () => {
  const rows = readCsv('aor,password,name\nann@a.b,x,"Ann, ""the\nfirst"""\nbob@a.b,y,Bob\n', "");
  assert.equal(rows[0]?.values.display_name, 'Ann, "the\nfirst"');
  assert.deepEqual(rows.map((row) => row.line), [2, 4]);
});

test("skips the mark at the beginning, the scheme and lines with nothing in them", () => {
  const rows = readCsv("\ufeffaor,password\n\n , \nsip:ann@a.b,x\n", "");
  assert.deepEqual(rows.map((row) => [row.line, row.values.aor, row.fault]), [[4, "ann@a.b", ""]]);
});

test("says what is wrong with a line", () => {
  assert.deepEqual(faults("aor,password\nann,x\n"), ["domain"]);
  assert.deepEqual(faults("aor,password\nann@b@c,x\n,x\nan n@b,x\n"), ["aor", "aor", "aor"]);
  assert.deepEqual(faults("aor,password\nann@a.b,\n"), ["secret"]);
  assert.deepEqual(faults("aor,password\nann@a.b,x,y\n"), ["fields"]);
  assert.deepEqual(faults("aor,password\nann@a.b,x\nAnn@A.B,y\n"), ["", "twice"]);
});

test("takes a hash instead of a password", () => {
  assert.deepEqual(faults("aor,ha1_md5\nann@a.b,0123456789abcdef0123456789abcdef\n"), [""]);
});

test("puts the domain of the file before the one that is given", () => {
  assert.equal(readCsv("extension,secret,domain\n201,x,a.b\n", "other")[0]?.values.aor, "201@a.b");
});

test("sends parts that are read back as they were", () => {
  const rows = readCsv('aor,password,name\nann@a.b,"p,1","Ann ""A"""\nbob@a.b,q,Bob\ncid@a.b,r,\n', "");
  const parts = partsOf(rows, 2);
  assert.deepEqual(parts.map((part) => part.rows.length), [2, 1]);
  const again = parts.flatMap((part) => readCsv(part.body, ""));
  assert.deepEqual(again.map(({values}) => [values.aor, values.password, values.display_name]),
                   [["ann@a.b", "p,1", 'Ann "A"'], ["bob@a.b", "q", "Bob"], ["cid@a.b", "r", ""]]);
});

test("sends where calls go on to, which is no password", () => {
  assert.deepEqual(faults("aor,forward_busy,do_not_disturb\nann@a.b,*97,true\n"), ["secret"]);
  const [part] = partsOf(readCsv("aor,password,Forward_Busy,do_not_disturb\nann@a.b,x,*97,true\n", ""));
  const [again] = readCsv(part?.body ?? "", "");
  assert.deepEqual([again?.values.forward_busy, again?.values.do_not_disturb, again?.values.forward_always], ["*97", "true", ""]);
});

test("makes nothing of an empty file", () => {
  assert.deepEqual(readCsv("", ""), []);
  assert.deepEqual(partsOf([]), []);
});
