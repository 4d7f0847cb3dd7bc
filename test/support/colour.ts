// Colours as eyes have them: contrast by the formula of WCAG 2, and how far apart two are for each kind of vision.

export type Rgb = readonly [number, number, number];
export type Vision = "normal" | "protanopia" | "deuteranopia" | "tritanopia";

/** `#fff`, `#0a0c10`. */
export function parseHex(hex: string): Rgb {
  const [, digits] = /^#((?:[\da-f]{3}){1,2})$/i.exec(hex) ?? [];
  if (digits === undefined) throw new Error(`${hex} is no opaque colour in hex`);
  const full = digits.length === 3 ? [...digits].map((each) => each + each).join("") : digits;
  const at = (from: number): number => parseInt(full.slice(from, from + 2), 16) / 255;
  return [at(0), at(2), at(4)];
}

const toLinear = (channel: number): number =>
  channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4;

const linear = ([r, g, b]: Rgb): Rgb => [toLinear(r), toLinear(g), toLinear(b)];

const luminance = (colour: Rgb): number => {
  const [r, g, b] = linear(colour);
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
};

/** 1 to 21. */
export function contrast(one: string, other: string): number {
  const [dark = 0, light = 0] = [luminance(parseHex(one)), luminance(parseHex(other))].toSorted((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
}

type Matrix = readonly [Rgb, Rgb, Rgb];

/** Machado, Oliveira and Fernandes 2009, severity 1, on linear light. */
const visions: Readonly<Record<Vision, Matrix>> = {
  normal: [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ],
  protanopia: [
    [0.152286, 1.052583, -0.204868],
    [0.114503, 0.786281, 0.099216],
    [-0.003882, -0.048116, 1.051998],
  ],
  deuteranopia: [
    [0.367322, 0.860646, -0.227968],
    [0.280085, 0.672501, 0.047413],
    [-0.01182, 0.04294, 0.968881],
  ],
  tritanopia: [
    [1.255528, -0.076749, -0.178779],
    [-0.078411, 0.930809, 0.147602],
    [0.004733, 0.691367, 0.3039],
  ],
};

const dot = ([a, b, c]: Rgb, [x, y, z]: Rgb): number => a * x + b * y + c * z;
const times = ([one, two, three]: Matrix, colour: Rgb): Rgb => [dot(one, colour), dot(two, colour), dot(three, colour)];

const toXyz: Matrix = [
  [0.4124564, 0.3575761, 0.1804375],
  [0.2126729, 0.7151522, 0.072175],
  [0.0193339, 0.119192, 0.9503041],
];
const white: Rgb = [0.95047, 1, 1.08883];

function toLab(hex: string, vision: Vision): Rgb {
  const [r, g, b] = times(visions[vision], linear(parseHex(hex)));
  const clip = (channel: number): number => Math.min(1, Math.max(0, channel));
  const [x, y, z] = times(toXyz, [clip(r), clip(g), clip(b)]);
  const f = (share: number): number =>
    share > 216 / 24_389 ? Math.cbrt(share) : (24_389 / 27 / 116) * share + 16 / 116;
  const [fx, fy, fz] = [f(x / white[0]), f(y / white[1]), f(z / white[2])];
  return [116 * fy - 16, 500 * (fx - fy), 200 * (fy - fz)];
}

const degrees = (radians: number): number => ((radians * 180) / Math.PI + 360) % 360;
const cos = (angle: number): number => Math.cos((angle * Math.PI) / 180);
const sin = (angle: number): number => Math.sin((angle * Math.PI) / 180);
const seventh = (value: number): number => Math.sqrt(value ** 7 / (value ** 7 + 25 ** 7));

/** The mean of two angles, on the shorter way round. */
function meanHue(one: number, other: number): number {
  if (Math.abs(one - other) <= 180) return (one + other) / 2;
  return (one + other + (one + other < 360 ? 360 : -360)) / 2;
}

function hueStep(one: number, other: number): number {
  const step = other - one;
  return Math.abs(step) <= 180 ? step : step - Math.sign(step) * 360;
}

/** CIEDE2000: about 1 is the least that is seen, 10 is told at a glance. */
export function distance(one: string, other: string, vision: Vision): number {
  const [l1, a1, b1] = toLab(one, vision);
  const [l2, a2, b2] = toLab(other, vision);
  const grey = 0.5 * (1 - seventh((Math.hypot(a1, b1) + Math.hypot(a2, b2)) / 2));
  const [c1, c2] = [Math.hypot(a1 * (1 + grey), b1), Math.hypot(a2 * (1 + grey), b2)];
  const [h1, h2] = [degrees(Math.atan2(b1, a1 * (1 + grey))), degrees(Math.atan2(b2, a2 * (1 + grey)))];
  const [l, c, h] = [(l1 + l2) / 2, (c1 + c2) / 2, meanHue(h1, h2)];
  const t = 1 - 0.17 * cos(h - 30) + 0.24 * cos(2 * h) + 0.32 * cos(3 * h + 6) - 0.2 * cos(4 * h - 63);
  const lightness = (l2 - l1) / (1 + (0.015 * (l - 50) ** 2) / Math.sqrt(20 + (l - 50) ** 2));
  const chroma = (c2 - c1) / (1 + 0.045 * c);
  const hue = (2 * Math.sqrt(c1 * c2) * sin(hueStep(h1, h2) / 2)) / (1 + 0.015 * c * t);
  const turn = -2 * seventh(c) * sin(60 * Math.exp(-(((h - 275) / 25) ** 2)));
  return Math.sqrt(lightness ** 2 + chroma ** 2 + hue ** 2 + turn * chroma * hue);
}
