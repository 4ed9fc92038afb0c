/**
 * A decimal number of any length. Terraform counts with 512 bits, so `0.1 + 0.2` is `0.3` there; what a double cannot hold
 * exactly must not be printed as if it were known.
 */
interface Decimal {
  readonly digits: bigint;
  /** Digits behind the point. */
  readonly scale: number;
}

// A double holds any decimal of that many significant digits.
const SIGNIFICANT = 15;
const TEXT = /^(-?)(\d+)(?:\.(\d+))?(?:e([+-]?\d+))?$/;
const LARGEST_SCALE = 400;
const LONGEST = 1_000;

function decimal(value: number): Decimal | null {
  const match = TEXT.exec(String(value));
  if (!match) return null;
  const [, sign = '', whole = '', fraction = '', exponent = '0'] = match;
  const scale = fraction.length - Number(exponent);
  const digits = BigInt(`${sign}${whole}${fraction}`);
  return scale < 0 ? { digits: digits * 10n ** BigInt(-scale), scale: 0 } : { digits, scale };
}

/** True when the double stands for the decimal number that it prints as, and not for a neighbour. */
export function isExact(value: number): boolean {
  if (Number.isSafeInteger(value)) return true;
  const digits =
    /^-?([\d.]+)/
      .exec(String(value))?.[1]
      ?.replace('.', '')
      .replace(/^0+|0+$/g, '') ?? '';
  return Number.isFinite(value) && digits.length <= SIGNIFICANT;
}

function shown({ digits, scale }: Decimal): string {
  const text = (digits < 0n ? -digits : digits).toString().padStart(scale + 1, '0');
  const whole = text.slice(0, text.length - scale);
  const fraction = text.slice(text.length - scale).replace(/0+$/, '');
  return `${digits < 0n ? '-' : ''}${whole}${fraction === '' ? '' : `.${fraction}`}`;
}

/** A number as Terraform prints it: all its digits, no exponent. Null when it is not known exactly. */
export function numberText(value: number): string | null {
  const exact = isExact(value) ? decimal(value) : null;
  return exact && shown(exact);
}

/** The double for a decimal text; null when that is no number, or has more digits than a double holds. */
export function numberOf(text: string): number | null {
  if (text.length > LONGEST) return null;
  const match = /^[+-]?0*(\d*)(?:\.(\d*))?(?:[eE][+-]?\d+)?$/.exec(text);
  if (!match || !/\d/.test(text)) return null;
  const value = Number(text);
  const digits = `${match[1] ?? ''}${match[2] ?? ''}`.replace(/^0+|0+$/g, '');
  if (digits.length <= SIGNIFICANT) return Number.isFinite(value) && (value !== 0 || digits === '') ? value : null;
  return Number.isSafeInteger(value) && /^[+-]?\d+$/.test(text) ? value : null;
}

function aligned(left: Decimal, right: Decimal): readonly [bigint, bigint, number] {
  const scale = Math.max(left.scale, right.scale);
  const raise = (one: Decimal): bigint => one.digits * 10n ** BigInt(scale - one.scale);
  return [raise(left), raise(right), scale];
}

function divided(left: Decimal, right: Decimal): Decimal | null {
  const [above, below] = aligned(left, right);
  // A quotient that ends at all, ends within these digits or is beyond a double anyway.
  for (let scale = 0; scale <= 60; scale += 20) {
    const raised = above * 10n ** BigInt(scale);
    if (raised % below === 0n) return { digits: raised / below, scale };
  }
  return null;
}

function calculated(operator: '+' | '-' | '*' | '/' | '%', left: Decimal, right: Decimal): Decimal | null {
  const [one, other, scale] = aligned(left, right);
  switch (operator) {
    case '+':
      return { digits: one + other, scale };
    case '-':
      return { digits: one - other, scale };
    case '*':
      return { digits: left.digits * right.digits, scale: left.scale + right.scale };
    case '/':
      return divided(left, right);
    case '%':
      // Truncated towards zero, as cty's `Modulo`.
      return { digits: one % other, scale };
  }
}

/** The exact result of an operation, or null when a double does not hold it; the divisor is not zero. */
export function calculate(operator: '+' | '-' | '*' | '/' | '%', left: number, right: number): number | null {
  const whole = Number.isSafeInteger(left) && Number.isSafeInteger(right);
  if (whole && operator === '+' && Number.isSafeInteger(left + right)) return left + right;
  const [one, other] = [isExact(left) ? decimal(left) : null, isExact(right) ? decimal(right) : null];
  if (!one || !other || Math.max(one.scale, other.scale) > LARGEST_SCALE) return null;
  const result = calculated(operator, one, other);
  return result && numberOf(shown(result));
}
