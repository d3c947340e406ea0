// Writes a language model of our own: the llama architecture with small random weights from a seed, in
// the GGUF format (version 3). It makes no sense of anything, but a real engine loads it, samples
// from it and obeys grammars, which is all that a test of the protocol needs. No weights are kept in
// the repository or fetched from anywhere.

import { writeFileSync } from 'node:fs';

const width = 64;
const layers = 2;
const heads = 4;
const hidden = 128;
const contextLength = 1024;

const types = { u32: 4, f32: 6, bool: 7, string: 8, array: 9, u64: 10, i32: 5 };

class Bytes {
  parts = [];
  size = 0;

  add(buffer) {
    this.parts.push(buffer);
    this.size += buffer.length;
  }
  number(method, bytes, value) {
    const buffer = Buffer.alloc(bytes);
    buffer[method](value);
    this.add(buffer);
  }
  u32(value) {
    this.number('writeUInt32LE', 4, value);
  }
  i32(value) {
    this.number('writeInt32LE', 4, value);
  }
  f32(value) {
    this.number('writeFloatLE', 4, value);
  }
  u64(value) {
    this.number('writeBigUInt64LE', 8, BigInt(value));
  }
  string(text) {
    const bytes = Buffer.from(text, 'utf8');
    this.u64(bytes.length);
    this.add(bytes);
  }
  pad(alignment) {
    this.add(Buffer.alloc((alignment - (this.size % alignment)) % alignment));
  }
}

// GPT-2 writes every byte as a printable character.
function byteCharacters() {
  const printable = (byte) =>
    (byte >= 33 && byte <= 126) || (byte >= 161 && byte <= 172) || byte >= 174;
  let next = 256;
  return Array.from({ length: 256 }, (_, byte) =>
    String.fromCodePoint(printable(byte) ? byte : next++),
  );
}

// Mulberry32: the same weights for the same seed.
function randomFrom(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

function vocabulary() {
  const bytes = byteCharacters();
  const space = bytes[32];
  const merges = [`t h`, `th e`, `${space} the`, `i n`, `a n`];
  const special = ['<|end|>', '<|user|>', '<|assistant|>', '<|system|>'];
  const merged = merges.map((merge) => merge.replace(' ', ''));
  return { tokens: [...bytes, ...merged, ...special], merges, end: 256 + merged.length };
}

const chatTemplate =
  "{% for message in messages %}<|{{ message['role'] }}|>{{ message['content'] }}<|end|>{% endfor %}" +
  '{% if add_generation_prompt %}<|assistant|>{% endif %}';

function metadata({ tokens, merges, end }) {
  const control = 3;
  const normal = 1;
  return [
    ['general.architecture', 'string', 'llama'],
    ['general.name', 'string', 'SwiftGrid test model'],
    ['llama.context_length', 'u32', contextLength],
    ['llama.embedding_length', 'u32', width],
    ['llama.block_count', 'u32', layers],
    ['llama.feed_forward_length', 'u32', hidden],
    ['llama.attention.head_count', 'u32', heads],
    ['llama.attention.head_count_kv', 'u32', heads],
    ['llama.rope.dimension_count', 'u32', width / heads],
    ['llama.attention.layer_norm_rms_epsilon', 'f32', 1e-5],
    ['llama.vocab_size', 'u32', tokens.length],
    ['tokenizer.ggml.model', 'string', 'gpt2'],
    ['tokenizer.ggml.pre', 'string', 'gpt-2'],
    ['tokenizer.ggml.tokens', 'array', ['string', tokens]],
    ['tokenizer.ggml.token_type', 'array', ['i32', tokens.map((_, i) => (i < end ? normal : control))]],
    ['tokenizer.ggml.merges', 'array', ['string', merges]],
    ['tokenizer.ggml.bos_token_id', 'u32', end],
    ['tokenizer.ggml.eos_token_id', 'u32', end],
    ['tokenizer.ggml.add_bos_token', 'bool', false],
    ['tokenizer.chat_template', 'string', chatTemplate],
  ];
}

function tensors(vocabularySize) {
  const shapes = [
    ['token_embd.weight', [width, vocabularySize]],
    ['output_norm.weight', [width]],
    ['output.weight', [width, vocabularySize]],
  ];
  for (let layer = 0; layer < layers; layer++) {
    for (const name of ['attn_q', 'attn_k', 'attn_v', 'attn_output'])
      shapes.push([`blk.${layer}.${name}.weight`, [width, width]]);
    shapes.push([`blk.${layer}.attn_norm.weight`, [width]], [`blk.${layer}.ffn_norm.weight`, [width]]);
    shapes.push([`blk.${layer}.ffn_gate.weight`, [width, hidden]]);
    shapes.push([`blk.${layer}.ffn_up.weight`, [width, hidden]]);
    shapes.push([`blk.${layer}.ffn_down.weight`, [hidden, width]]);
  }
  return shapes.map(([name, shape]) => ({ name, shape, count: shape.reduce((a, b) => a * b, 1) }));
}

function writeValue(bytes, type, value) {
  if (type === 'string') bytes.string(value);
  else if (type === 'bool') bytes.add(Buffer.from([value ? 1 : 0]));
  else if (type === 'array') {
    const [elementType, elements] = value;
    bytes.u32(types[elementType]);
    bytes.u64(elements.length);
    for (const element of elements) writeValue(bytes, elementType, element);
  } else bytes[type](value);
}

export function writeModel(path, seed = 1) {
  const words = vocabulary();
  const entries = metadata(words);
  const all = tensors(words.tokens.length);
  const bytes = new Bytes();
  bytes.add(Buffer.from('GGUF'));
  bytes.u32(3);
  bytes.u64(all.length);
  bytes.u64(entries.length);
  for (const [key, type, value] of entries) {
    bytes.string(key);
    bytes.u32(types[type]);
    writeValue(bytes, type, value);
  }
  let offset = 0;
  const alignment = 32;
  for (const { name, shape, count } of all) {
    bytes.string(name);
    bytes.u32(shape.length);
    for (const size of shape) bytes.u64(size);
    bytes.u32(0); // F32
    bytes.u64(offset);
    offset += Math.ceil((count * 4) / alignment) * alignment;
  }
  bytes.pad(alignment);
  const random = randomFrom(seed);
  for (const { name, count } of all) {
    const isNorm = name.includes('norm');
    const weights = Float32Array.from({ length: count }, () => (isNorm ? 1 : (random() - 0.5) * 0.4));
    bytes.add(Buffer.from(weights.buffer));
    bytes.pad(alignment);
  }
  writeFileSync(path, Buffer.concat(bytes.parts));
}
