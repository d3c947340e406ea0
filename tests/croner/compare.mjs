// Our cron arithmetic against npm's croner, around every change of the clocks of every zone of the
// system in ten years.
//
//     node tests/croner/compare.mjs path/to/cron_lines          some of it, drawn from a seed
//     node tests/croner/compare.mjs path/to/cron_lines --all    all of it, some minutes
//
// SWIFTGRID_SEED=N repeats a draw. Expressions on which the two differ on purpose are not asked:
// - a fixed hour with steps or `*` in the minutes (`*/15 2 * * *`) is fixed to us, because people
//   mean that hour of the day; croner lets it follow the clocks and loses it in a gap;
// - croner loses a fixed time in a gap that ends at midnight, because the first instant after it is
//   on another day (Nuuk, where 23:00 to 24:00 is left out); to us it is the first instant all the same;
// - croner's option fixedTimeRule "no-wildcard" is our rule for everything else.

import { execFileSync } from 'node:child_process';
import { readFileSync, readdirSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

const require = createRequire(new URL('../../web/package.json', import.meta.url));
const { Cron } = require('croner');

const binary = process.argv[2];
const isAll = process.argv.includes('--all');
const seed = Number(process.env.SWIFTGRID_SEED ?? 1);
const zoneFolder = '/usr/share/zoneinfo';
const begin = Date.UTC(2019, 0, 1);
const end = Date.UTC(2029, 0, 1);
const hour = 3_600_000;
const occurrences = 6;

const expressions = [
  '* * * * *',
  '*/15 * * * *',
  '7-59/20 * * * *',
  '30 * * * *',
  '0,45 * * * *',
  '0 */2 * * *',
  '30 */3 * * *',
  '10 1-23/2 * * *',
  '0 0-23/3 * * *',
  '0 0 * * *',
  '30 0 * * *',
  '15 1 * * *',
  '0 2 * * *',
  '30 2 * * *',
  '59 2 * * *',
  '0 3 * * *',
  '0,30 1,2,3 * * *',
  '10 1-3 * * *',
  '45 23 * * *',
  '30 12 * * *',
  '30 2 * * SUN',
  '30 0 1 * *',
  '0 2 29 3 *',
  '30 2 1-7 3,10,11 0',
  '0 1 31 * *',
  '15 2 13 * FRI',
  '0 0 * 4 6',
  '0 12 */2 * 1',
];

// mulberry32: the same numbers everywhere.
let state = seed;
function random() {
  state = (state + 0x6d2b79f5) | 0;
  let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
  mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
  return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
}
const pick = (list) => list[Math.floor(random() * list.length)];

function zonesBelow(folder, prefix = '') {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    if (prefix === '' && ['posix', 'right'].includes(name)) return [];
    if (statSync(path).isDirectory()) return zonesBelow(path, `${prefix}${name}/`);
    return readFileSync(path).subarray(0, 4).toString() === 'TZif' ? [prefix + name] : [];
  });
}

function isKnownToNode(zone) {
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone });
    return true;
  } catch {
    return false;
  }
}

// The clocks go from 22:59 to 00:00.
function skipsToMidnight(zone, change) {
  const format = new Intl.DateTimeFormat('en', {
    timeZone: zone,
    hour: '2-digit',
    hourCycle: 'h23',
  });
  return format.format(change - 1) === '22' && format.format(change) === '00';
}

function ask(lines) {
  const answers = execFileSync(binary, {
    input: lines.map((fields) => fields.join('\t') + '\n').join(''),
    maxBuffer: 2 ** 30,
    encoding: 'utf8',
  });
  return answers.split('\n').slice(0, lines.length);
}

const numbers = (line) => line.split(' ').filter(Boolean).map(Number);

function randomExpression() {
  const value = (from, to) => from + Math.floor(random() * (to - from + 1));
  const list = (from, to) =>
    [...new Set([value(from, to), value(from, to)])].sort((a, b) => a - b).join(',');
  const minute = list(0, 59);
  const hours = pick([list(0, 4), `${value(0, 2)}-${value(3, 23)}`, '*', `*/${value(2, 8)}`]);
  const day = pick(['*', '*', list(1, 28), `*/${value(2, 9)}`]);
  const month = pick(['*', '*', list(1, 12)]);
  return [minute, hours, day, month, pick(['*', '*', list(0, 6), 'SUN', '1-5'])].join(' ');
}

// Everything to ask: [zone, from, expression].
function questions(zones) {
  const changes = ask(zones.map((zone) => ['changes', zone, begin, end])).map(numbers);
  const places = zones.flatMap((zone, i) => changes[i].map((change) => ({ zone, change })));
  const still = zones.filter((_, i) => changes[i].length === 0);
  for (const zone of still) places.push({ zone, change: begin + random() * (end - begin) });
  const chosen = isAll ? places : Array.from({ length: 60 }, () => pick(places));
  return chosen.flatMap(({ zone, change }) => {
    const asked = isAll ? [...expressions] : [pick(expressions), pick(expressions)];
    asked.push(randomExpression(), randomExpression());
    const isFixed = (expression) => !/[*/]/.test(expression.split(' ')[1]);
    const fair = skipsToMidnight(zone, change) ? asked.filter((each) => !isFixed(each)) : asked;
    return fair.flatMap((expression) =>
      [change - 25 * hour, change - 2 * hour, change + hour / 3].map((from) => [
        zone,
        Math.floor(from),
        expression,
      ]),
    );
  });
}

const all = zonesBelow(zoneFolder).filter((zone) => zone !== 'Factory');
const zones = all.filter(isKnownToNode);
const asked = questions(zones);
const ours = ask(
  asked.map(([zone, from, expression]) => ['next', zone, from, occurrences, expression]),
);

let differences = 0;
asked.forEach(([zone, from, expression], i) => {
  const options = { timezone: zone, fixedTimeRule: 'no-wildcard', mode: '5-part', paused: true };
  const theirs = new Cron(expression, options)
    .nextRuns(occurrences, new Date(from))
    .map((date) => date.getTime());
  const text = (list) => list.map((at) => new Date(at).toISOString().slice(0, 16)).join(' ');
  if (text(theirs) === text(numbers(ours[i]))) return;
  if (++differences > 20) return;
  console.log(`'${expression}' in ${zone} after ${new Date(from).toISOString()}`);
  console.log(`  ours    ${text(numbers(ours[i]))}\n  croner  ${text(theirs)}`);
});
const unknown = all.filter((zone) => !isKnownToNode(zone));
console.log(
  `${asked.length} questions about ${new Set(asked.map(([zone]) => zone)).size} of ` +
    `${zones.length} zones (Node does not know ${unknown.length}: ${unknown.join(' ')}), ` +
    `${differences} differences, SWIFTGRID_SEED=${seed}`,
);
process.exit(differences === 0 ? 0 : 1);
