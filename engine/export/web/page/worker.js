// Runs the network beside the page, so that the page can be used meanwhile.
//
//   open       model, runtime          -> opened    threads
//   enlarge    RGBA picture            -> tile      RGBA part of the result, for each tile
//                                      -> enlarged
//   cancel     enlarge ends before its next tile, as cancelled
//   time       side of a tile, rounds  -> timed     milliseconds of each run

let ort = null;
let session = null;
let model = null;
let cancelledId = 0; // this request and all before it
let last = Promise.resolve();

const handlers = { open, enlarge, time };

self.onmessage = ({ data }) => {
  if (data.kind === "cancel") cancelledId = data.id;
  // One after the other: a session does not run twice at once.
  else last = last.then(() => handle(data));
};

async function handle(data) {
  try {
    await handlers[data.kind](data);
  } catch (error) {
    postMessage({ id: data.id, kind: "failed", text: String(error?.message ?? error) });
  }
}

async function open({ id, runtime, network, description, provider, threads }) {
  ort = await import(runtime.script);
  // Given as bytes, so that the runtime looks for no file of its own.
  ort.env.wasm.wasmBinary = runtime.binary;
  ort.env.wasm.numThreads = threads;
  ort.env.logLevel = "error";
  model = description;
  session = await ort.InferenceSession.create(network, { executionProviders: [provider] });
  if (provider === "webgpu") await compareWithCpu(network);
  postMessage({ id, kind: "opened", threads: provider === "webgpu" ? 0 : threads });
}

/** Throws if the GPU gives another picture than the CPU: drivers differ. */
async function compareWithCpu(network) {
  const side = model.size ? model.size[0] : fitting(32);
  const width = model.size ? model.size[1] : side;
  const values = Float32Array.from({ length: 3 * side * width }, (_, at) => (at * 37 % 101) / 100);
  const cpu = await ort.InferenceSession.create(network, { executionProviders: ["wasm"] });
  const [found, expected] = [await run(session, values, side, width),
    await run(cpu, values, side, width)];
  await cpu.release();
  const isSame = found.every((value, at) => Math.abs(value - expected[at]) < 0.01);
  if (!isSame) throw new Error("The GPU of this browser computes another picture than the CPU.");
}

async function run(network, values, height, width) {
  const tensor = new ort.Tensor("float32", values, [1, 3, height, width]);
  const outputs = await network.run({ [model.input]: tensor });
  const output = outputs[model.output];
  const data = await output.getData();
  output.dispose();
  return data;
}

async function time({ id, side, rounds }) {
  const values = Float32Array.from({ length: 3 * side * side }, (_, at) => (at * 37 % 101) / 100);
  const times = [];
  for (let round = 0; round < rounds; round++) {
    const started = performance.now();
    await run(session, values, side, side);
    times.push(performance.now() - started);
  }
  postMessage({ id, kind: "timed", times });
}

async function enlarge({ id, pixels, width, height }) {
  const tileHeight = model.size ? model.size[0] : Math.min(fitting(model.tile_px), fitting(height));
  const tileWidth = model.size ? model.size[1] : Math.min(fitting(model.tile_px), fitting(width));
  const rows = places(Math.max(height, tileHeight), tileHeight, model.overlap_px);
  const columns = places(Math.max(width, tileWidth), tileWidth, model.overlap_px);
  const total = rows.length * columns.length;
  let done = 0;
  for (const row of rows) {
    for (const column of columns) {
      // Lets a request to cancel come in; a running tile cannot be interrupted.
      await new Promise((resolve) => setTimeout(resolve));
      if (cancelledId >= id) {
        postMessage({ id, kind: "cancelled" });
        return;
      }
      const values = tileValues(pixels, width, height, row.start, column.start, tileHeight, tileWidth);
      const result = await run(session, values, tileHeight, tileWidth);
      const part = tilePixels(result, row, column, tileHeight, tileWidth, width, height);
      postMessage({ id, kind: "tile", ...part, done: ++done, total }, [part.pixels.buffer]);
    }
  }
  postMessage({ id, kind: "enlarged" });
}

/** Returns the least side that the network takes and that is at least `side`. */
function fitting(side) {
  return Math.ceil(Math.max(side, model.least_px) / model.multiple) * model.multiple;
}

/**
 * Returns where tiles begin along one side, and from where to where each is used. The last ones
 * begin earlier, so that none reaches beyond the picture; the border between two lies in the middle
 * of what both cover.
 */
function places(length, tile, overlap) {
  const step = Math.max(1, tile - 2 * overlap);
  const starts = [];
  for (let start = 0; start < length - tile; start += step) starts.push(start);
  starts.push(length - tile);
  const cut = (at) => Math.floor((starts[at - 1] + starts[at] + tile) / 2);
  return starts.map((start, at) => ({
    start,
    from: at === 0 ? 0 : cut(at),
    to: at === starts.length - 1 ? length : cut(at + 1),
  }));
}

/** Returns a tile as planes of red, green and blue from 0 to 1; beyond the picture its edge repeats. */
function tileValues(pixels, width, height, top, left, tileHeight, tileWidth) {
  const plane = tileHeight * tileWidth;
  const values = new Float32Array(3 * plane);
  for (let y = 0; y < tileHeight; y++) {
    const line = Math.min(top + y, height - 1) * width;
    for (let x = 0; x < tileWidth; x++) {
      const from = 4 * (line + Math.min(left + x, width - 1));
      const to = y * tileWidth + x;
      values[to] = pixels[from] / 255;
      values[plane + to] = pixels[from + 1] / 255;
      values[2 * plane + to] = pixels[from + 2] / 255;
    }
  }
  return values;
}

/** Returns the part of a tile's result that is used, as RGBA, with its place in the result. */
function tilePixels(values, row, column, tileHeight, tileWidth, width, height) {
  const scale = model.scale;
  const [top, bottom] = [row.from * scale, Math.min(row.to, height) * scale];
  const [left, right] = [column.from * scale, Math.min(column.to, width) * scale];
  const [fullWidth, plane] = [tileWidth * scale, tileHeight * tileWidth * scale * scale];
  const pixels = new Uint8ClampedArray(4 * (bottom - top) * (right - left));
  let to = 0;
  for (let y = top; y < bottom; y++) {
    let from = (y - row.start * scale) * fullWidth + left - column.start * scale;
    for (let x = left; x < right; x++, from++, to += 4) {
      pixels[to] = values[from] * 255 + 0.5 | 0;
      pixels[to + 1] = values[plane + from] * 255 + 0.5 | 0;
      pixels[to + 2] = values[2 * plane + from] * 255 + 0.5 | 0;
      pixels[to + 3] = 255;
    }
  }
  return { pixels, left, top, width: right - left, height: bottom - top };
}
