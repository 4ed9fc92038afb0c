import { describe, expect, it } from '@jest/globals';
import { type Datum, Refused, Unevaluated } from '../../../src/hcl/expressions/datum.ts';
import { evaluateValue } from '../../../src/hcl/expressions/evaluate.ts';
import { unevaluatedIn } from '../../../src/hcl/expressions/obstacles.ts';
import { constants } from '../../../src/hcl/expressions/scope.ts';
import { scanJson } from '../../../src/hcl/json-body.ts';
import { scan } from '../../../src/hcl/scan.ts';
import { plain, scopeOf, sourceOf, valued } from './evaluation.ts';
import { language } from './table.ts';

async function unevaluated(text: string, names: Readonly<Record<string, Datum>> = {}): Promise<Unevaluated> {
  const datum = await valued(text, names);
  if (!(datum instanceof Unevaluated)) throw new Error(`${text} has a value`);
  return datum;
}

const names: Readonly<Record<string, Datum>> = {
  'var.region': 'eu-west-1',
  'var.map': new Map<string, Datum>([['a', 1]]),
  'var.list': ['x', 'y'],
  bare: 7,
};

// Recorded from terraform, as `calls` is.
it.each(language)('%j', async (text, json) => {
  expect(plain(await valued(text))).toEqual(JSON.parse(json));
});

describe('names', () => {
  it.each<[string, unknown]>([
    ['var.region', 'eu-west-1'],
    ['"${var.region}-x"', 'eu-west-1-x'],
    ['var.map.a', 1],
    ['var.map["a"]', 1],
    ['var.list[*]', ['x', 'y']],
    ['bare', 7],
    ['[for var in [{ region = 1 }] : var.region]', [1]],
    ['[for bare in [1] : [for x in [2] : bare + x]]', [[3]]],
    ['[for k, v in var.list : "${k}${v}${var.region}"]', ['0xeu-west-1', '1yeu-west-1']],
  ])('%s', async (text, expected) => {
    expect(plain(await valued(text, names))).toEqual(expected);
  });

  it('an unknown one says why and where', async () => {
    const datum = await unevaluated('[\n  1,\n  var.x ]', names).catch(() => null);
    expect(datum).toBeNull();
    const list = await valued('[\n  1,\n  var.x.y[0]]', names);
    expect(plain(list)).toEqual([
      1,
      new Unevaluated([
        {
          expression: 'var.x',
          why: 'it has no value in the repository',
          location: { file: 'x.tf', line: 3, column: 3 },
        },
      ]),
    ]);
  });

  it('a long source is shown on one short line', async () => {
    const { obstacles } = await unevaluated(`nope(\n\t"${'x'.repeat(200)}")`);
    expect(obstacles[0].expression).toMatch(/^nope\( "x{72}…$/);
  });
});

describe('the pattern of a template without a value', () => {
  it.each<[string, string | null]>([
    ['"arn:aws:iam::${var.account}:role/deploy"', 'arn:aws:iam::${var.account}:role/deploy'],
    ['"${var.region}/${ var.x }/${1 + 1}"', 'eu-west-1/${var.x}/2'],
    ['"${var.x}${var.y}"', null],
    ['"${var.x}"', null],
    ['var.x', null],
    ['"a${"b${var.x}"}c"', 'ab${var.x}c'],
    ['"a${null}b${var.x}"', 'a${null}b${var.x}'],
    ['"a-%{ if var.x }b%{ endif }"', 'a-${%{ if var.x }b%{ endif }}'],
    ['lower("A${var.x}")', null],
  ])('%s', async (text, pattern) => {
    expect((await unevaluated(text, names)).pattern).toBe(pattern);
  });

  it('is not that of an attribute of it', async () => {
    expect((await unevaluated('[for x in ["a${var.x}"] : x.b][0]')).pattern).toBeNull();
  });
});

describe('what is not known', () => {
  it.each<[string, unknown]>([
    ['[1, var.x][0]', 1],
    ['{ a = 1, b = var.x }.a', 1],
    ['true ? 1 : var.x', 1],
    ['false ? tonumber("x") : 1', 1],
    ['length([var.x])', 1],
    ['keys({ a = var.x })', ['a']],
    ['concat([1], [var.x])[0]', 1],
    ['merge({ a = var.x }, { b = 1 }).b', 1],
    ['lookup({ a = 1, b = var.x }, "a", var.y)', 1],
    ['element([1, var.x], 0)', 1],
    ['values({ a = 1, b = var.x })[0]', 1],
    ['coalesce("a", var.x)', 'a'],
    ['[for x in [1, var.x] : x][0]', 1],
    ['{ for k, v in { a = 1, b = var.x } : k => v }.a', 1],
    ['([{ a = 1 }, { a = var.x }][*].a)[0]', 1],
    ['try(1, var.x)', 1],
    ['try({}.a, 2)', 2],
  ])('does not spoil %s', async (text, expected) => {
    expect(plain(await valued(text))).toEqual(expected);
  });

  it.each([
    'var.x',
    'var.x.y',
    'var.x[0]',
    '[1][var.x]',
    'var.x[*]',
    '-var.x',
    '!var.x',
    '1 + var.x',
    'false && var.x',
    'true || var.x',
    'var.x == 1',
    '[var.x] == [1]',
    'var.x ? 1 : 1',
    '{ (var.x) = 1, a = 2 }',
    '[for x in var.x : 1]',
    '[for x in [1] : x if var.x]',
    '{ for x in [1] : var.x => x }',
    '"%{ for x in var.x }a%{ endfor }"',
    '"%{ for x in [1] }${var.x}%{ endfor }"',
    'f(1)',
    'provider::aws::arn_parse("x")',
    'upper(var.x)',
    'join(",", ["a", var.x])',
    'max(var.x...)',
    'coalesce(var.x, "a")',
    'merge({ a = 1 }, var.x)',
    'lookup({}, "a", var.x)',
    'contains(["a", var.x], "b")',
    'jsonencode({ a = [var.x] })',
    'sensitive("a")',
    'try(var.x, 1)',
    'try([var.x].a, var.y)',
    'try(f(1), 1)',
    'try(sensitive(1), 1)',
    'can(var.x)',
    'can([var.x])',
    'can(f(1))',
    'try(var.x.y, 1)',
    'try("${1 / 3}", 1)',
  ])('leaves %s without a value, and is no refusal', async (text) => {
    const datum = await unevaluated(text);
    expect(datum).not.toBeInstanceOf(Refused);
    expect(datum.obstacles.length).toBeGreaterThan(0);
  });

  it.each<[string, unknown]>([
    ['try(var.x + tonumber("a"), 3)', 3],
    ['try([tonumber("a"), var.x], 3)', 3],
    ['try("${var.x}${[]}", 3)', 3],
    ['can([1, {}.a])', false],
    ['try({ a = 1, b = tonumber("x") }.a, 3)', 3],
    ['can([1, tonumber("x")][0])', false],
    ['can(try(tonumber("x"), 1))', true],
    ['can(true ? 1 : tonumber("x"))', true],
    ['can(var.region)', true],
    ['try(upper(var.region.x), "d")', 'd'],
  ])('a refusal is certain beside it: %s', async (text, expected) => {
    expect(await valued(text, names)).toBe(expected);
  });

  it('the failure of a looked-up name is not for try', async () => {
    const failed = new Refused([{ expression: 'e', why: 'w', location: { file: 'f', line: 1, column: 1 } }]);
    expect(await valued('try(local.x, 1)', { 'local.x': failed })).toEqual(new Unevaluated(failed.obstacles));
  });
});

describe('bounds', () => {
  const many = 'range(1000)';
  it.each([
    `[for a in ${many} : [for b in ${many} : [for c in ${many} : 1]]]`,
    `[for a in ${many} : join("", [for b in ${many} : "${'x'.repeat(1000)}"])]`,
    `format("%1000000000d", 1)`,
    `indent(1000000000, "a\\nb")`,
    `join("${'x'.repeat(2000)}", ${many})`,
    `replace("${'a'.repeat(2000)}", "a", "${'b'.repeat(2000)}")`,
    `replace("${'a'.repeat(2000)}", "/a/", "${'b'.repeat(2000)}")`,
    `setproduct(${many}, ${many})`,
    `regex("${'(a{1000}){1000}'}", "a")`,
    `"${'${join("", [for i in range(1000) : "x${i}"])}'.repeat(200)}"`,
    `jsonencode([for a in range(300) : range(1000)])`,
    `yamldecode("a: &a [x,x,x,x,x,x,x,x,x]\\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b]\\nd: &d [*c,*c,*c,*c,*c,*c,*c,*c,*c]\\ne: [*d,*d,*d,*d,*d,*d,*d,*d,*d]")`,
    `yamldecode("${'['.repeat(3000)}")`,
    `jsondecode("${'['.repeat(3000)}")`,
    `1e300 * 1e300`,
    `2 ${'* 1e99'.repeat(6)}`,
  ])('%#: ends, with parts that have no value and are no refusal', async (text) => {
    const holes = unevaluatedIn([await valued(text)]);
    expect(holes.length).toBeGreaterThan(0);
    expect(holes.filter((hole) => hole instanceof Refused)).toEqual([]);
  });

  it('no pattern runs wild', async () => {
    expect(await valued(`can(regex("^(a+)+(a|a)*$", "${'a'.repeat(2000)}!"))`)).toBe(false);
  });

  it.each([
    'chomp("${local.x}a")',
    'basename("${local.a}/b")',
    'trimspace("a${local.s}a")',
    'length(local.e)',
    'tonumber("1${local.z}1")',
    'jsondecode("\\"${local.a}\\"")',
    'csvdecode("a\\n\\"${local.a}\\"")',
    'base64decode(local.a)',
    'timeadd("2017-11-22T00:00:00Z", local.z)',
    'split("", local.a)',
    'title(local.a)',
    'regexall("(a*)*b", local.a)',
    'transpose({ for i in range(300) : i => [for j in range(100) : "x"] })',
    'yamldecode("a: ${local.a}")',
    'urlencode(local.a)',
    'format(local.a)',
  ])(
    '%s takes no longer than its input is long',
    async (text) => {
      const long = (piece: string): string => piece.repeat(500_000);
      const given = {
        'local.x': long('\n'),
        'local.a': long('a'),
        'local.s': long(' '),
        'local.e': long('é'),
        'local.z': long('0'),
      };
      expect(await valued(text, given)).toBeDefined();
    },
    5_000,
  );

  it('a shared part is not walked again and again', async () => {
    let shared: Datum = ['x'];
    for (let level = 0; level < 60; level += 1) shared = [shared, shared];
    const given = { 'local.x': shared };
    for (const text of [
      'length(local.x)',
      'local.x == local.x',
      'jsonencode(local.x)',
      'flatten(local.x)',
      '[local.x]',
    ]) {
      expect(await valued(text, given)).toBeDefined();
    }
    expect(await unevaluated('jsonencode(local.x)', given)).not.toBeInstanceOf(Refused);
  });

  it('names such as __proto__ are but names', async () => {
    const text = '{ __proto__ = { a = 1 }, constructor = 2 }';
    expect(await valued(`${text}.__proto__.a`)).toBe(1);
    expect(await valued('{}.__proto__')).toBeInstanceOf(Refused);
    expect(await valued('{}["constructor"]')).toBeInstanceOf(Refused);
    expect(await unevaluated('constructor("x")')).not.toBeInstanceOf(Refused);
    expect(await valued('lookup({}, "toString", 1)')).toBe(1);
    expect([...Object(await valued('jsondecode("{\\"__proto__\\":1}")')).keys()]).toEqual(['__proto__']);
  });
});

describe('values as the scanner found them', () => {
  async function attribute(text: string, syntax: 'native' | 'json' = 'native'): Promise<unknown> {
    const { body } = syntax === 'json' ? scanJson(text, {}) : scan(text);
    const value = body.attributes.get('a')?.value;
    if (!value) throw new Error(text);
    return plain(await evaluateValue(value, { source: sourceOf(text, syntax), scope: scopeOf(names) }));
  }

  it.each<[string, unknown]>([
    ['a = "$${x}"\n', '${x}'],
    ['a = 5\n', 5],
    ['a = null\n', null],
    ['# é😀\na = upper("b") # c\n', 'B'],
    ['a = <<-E\n    x\n      y ${1}\n    E\n', 'x\n  y 1\n'],
    ['a = {\n  b = [1, var.region]\n}\n', { b: [1, 'eu-west-1'] }],
  ])('%j', async (text, expected) => {
    expect(await attribute(text)).toEqual(expected);
  });

  it.each<[string, unknown]>([
    ['{"a": "x"}', 'x'],
    ['{"a": "${var.region}"}', 'eu-west-1'],
    ['{"a": "${1}\\n${"b"}"}'.replace('"b"', '\\"b\\"'), '1\nb'],
    ['{"a": {"${var.region}": ["${bare}", 1, true, null, "$${x}"]}}', { 'eu-west-1': [7, 1, true, null, '${x}'] }],
    ['{"a": "%{ if true }yes%{ endif } \\"\\\\"}', 'yes "\\'],
  ])('JSON: %s', async (text, expected) => {
    expect(await attribute(text, 'json')).toEqual(expected);
  });

  it('in JSON, the place is that of the string', async () => {
    const found = await attribute('{\n  "a": "x${var.x}"}', 'json');
    expect(found).toMatchObject({
      pattern: 'x${var.x}',
      obstacles: [{ expression: 'var.x', location: { file: 'x.tf', line: 2, column: 8 } }],
    });
    expect(await attribute('{"a": {"${var.x}": 1}}', 'json')).toBeInstanceOf(Unevaluated);
  });

  it('what is no expression has no value, and says where it stops being one', async () => {
    const found = await attribute('a = [1 2]\n');
    expect(found).toMatchObject({ obstacles: [{ location: { line: 1, column: 8 } }] });
    expect(found).not.toBeInstanceOf(Refused);
  });

  it('constants are all that a backend block may have', async () => {
    const text = 'a = "${"b"}c-${1 + 1}"\nb = upper("a")\nc = var.x\nd = try(1, 2)\n';
    const found = [...scan(text).body.attributes.values()].map(({ value }) =>
      evaluateValue(value, { source: sourceOf(text), scope: constants }),
    );
    const [first, ...rest] = await Promise.all(found);
    expect(first).toBe('bc-2');
    for (const datum of rest) expect(datum).toBeInstanceOf(Unevaluated);
  });
});
