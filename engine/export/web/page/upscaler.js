"use strict";

/** Returns an address from which a worker can import a script. */
function moduleUrl(script) {
  if (location.protocol !== "file:") return URL.createObjectURL(script);
  // The worker of a page from a file has no origin, and may import no Blob.
  return new Promise((resolve) => {
    const reader = new FileReader();
    reader.onload = () => resolve(reader.result);
    reader.readAsDataURL(script);
  });
}

/** A network that is ready to run, in a worker of its own. */
class Upscaler {
  #worker;
  #lastId = 0;
  #waiting = new Map();

  constructor(worker) {
    this.#worker = worker;
    worker.onmessage = ({ data }) => this.#waiting.get(data.id)?.(data);
    worker.onerror = (event) => {
      event.preventDefault();
      const text = event.message || "The browser does not run the network.";
      for (const [id, take] of this.#waiting) take({ id, kind: "failed", text });
    };
  }

  /**
   * Loads a model of the settings.
   *
   * @param model     one of `settings.models`
   * @param provider  "wasm" for the CPU or "webgpu"
   * @param threads   threads of the CPU
   */
  static async open(settings, model, provider, threads) {
    const names = settings.runtimes[provider];
    const [code, script, binary, network] = await Promise.all([
      asset("worker.js", "text/javascript"),
      asset(names.script, "text/javascript"),
      asset(names.binary).then((blob) => blob.arrayBuffer()),
      asset(model.file).then((blob) => blob.arrayBuffer()),
    ]);
    // Workers from a Blob are under the policy of the page, which forbids them other hosts.
    const url = URL.createObjectURL(code);
    const upscaler = new Upscaler(new Worker(url));
    const runtime = { script: await moduleUrl(script), binary };
    const { scale, tile_px, overlap_px, multiple, least_px } = settings;
    const description = { ...model, scale, tile_px, overlap_px, multiple, least_px };
    try {
      const opened = await upscaler.#ask(
        { kind: "open", runtime, network, description, provider, threads }, [binary, network]);
      upscaler.threads = opened.threads;
    } catch (error) {
      upscaler.close();
      throw error;
    }
    return upscaler;
  }

  /**
   * Enlarges a picture. Returns whether it was finished, and not cancelled.
   *
   * @param picture  ImageData
   * @param onTile   receives each part of the result: pixels, left, top, width, height, done, total
   * @param signal   AbortSignal that cancels
   */
  async enlarge(picture, onTile, signal) {
    const pixels = picture.data.slice();
    const { width, height } = picture;
    const stop = () => this.#worker.postMessage({ kind: "cancel", id });
    const id = this.#lastId + 1;
    signal.addEventListener("abort", stop);
    const end = await this.#ask({ kind: "enlarge", pixels, width, height }, [pixels.buffer], onTile);
    signal.removeEventListener("abort", stop);
    return end.kind === "enlarged";
  }

  /** Returns how many milliseconds a square tile took, for each round. */
  async time(side, rounds) {
    return (await this.#ask({ kind: "time", side, rounds })).times;
  }

  close() {
    this.#worker.terminate();
  }

  #ask(message, transfer = [], onTile = () => {}) {
    const id = ++this.#lastId;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, (answer) => {
        if (answer.kind === "tile") return onTile(answer);
        this.#waiting.delete(id);
        if (answer.kind === "failed") reject(new Error(answer.text));
        else resolve(answer);
      });
      this.#worker.postMessage({ ...message, id }, transfer);
    });
  }
}
