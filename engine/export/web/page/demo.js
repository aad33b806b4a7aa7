"use strict";

const settings = JSON.parse(document.querySelector("#settings").textContent);
const view = new CompareView();
const [work, figures, status] = [".work", ".figures", "#status"].map((name) =>
  document.querySelector(name));
const [bar, cancel, save, sample, engine, part] =
  ["progress", "#cancel", "#save", "#sample", "#engine", "#part"].map((name) =>
    document.querySelector(name));

let photo = null;
let photoName = "";
let running = null;
// What is open or is being opened, as a promise.
let ready = { choice: "", upscaler: null };

/** Threads of the CPU; a page has more than one only on a server that isolates it. */
function threadCount() {
  return self.crossOriginIsolated ? Math.min(navigator.hardwareConcurrency, 8) : 1;
}

async function listEngines() {
  const hasGpu = settings.runtimes.webgpu && await hasHardwareGpu();
  const choices = settings.models.map((model) => [`CPU, ${model.title}`, "wasm", model]);
  // Networks of 8 bits are for CPUs.
  if (hasGpu) choices.unshift(["GPU", "webgpu", settings.models[0]]);
  engine.append(...choices.map(([title, provider, model]) => {
    const value = `${provider} ${settings.models.indexOf(model)}`;
    return new Option(title, value);
  }));
  engine.disabled = choices.length === 1;
}

async function hasHardwareGpu() {
  try {
    const adapter = await navigator.gpu?.requestAdapter();
    return Boolean(adapter) && !adapter.info.isFallbackAdapter;
  } catch {
    return false;
  }
}

function openUpscaler() {
  const choice = engine.value;
  if (ready.choice !== choice) {
    ready.upscaler?.then((one) => one.close(), () => {});
    const [provider, number] = choice.split(" ");
    const model = settings.models[number];
    ready = { choice, upscaler: Upscaler.open(settings, model, provider, threadCount()) };
    const opening = ready;
    opening.upscaler.catch(() => { opening.choice = ""; }); // so that it is tried again
  }
  return ready.upscaler;
}

/** Shows a photo and enlarges it; what runs is cancelled. */
async function begin() {
  running?.abort();
  const job = running = new AbortController();
  const mostPixels = Math.floor(settings.most_result_pixels / settings.scale ** 2);
  const isLarge = photo.width * photo.height > mostPixels;
  document.querySelector("#part-choice").hidden = !isLarge;
  const lr = drawPart(photo, mostPixels, part.value);
  const [width, height] = [lr.width * settings.scale, lr.height * settings.scale];
  view.begin(lr, width, height);
  save.disabled = true;
  showProgress("Loading the network", 0);
  try {
    const upscaler = await openUpscaler();
    if (job.signal.aborted) return;
    const started = performance.now();
    const pixels = lr.getContext("2d").getImageData(0, 0, lr.width, lr.height);
    const isDone = await upscaler.enlarge(pixels, (tile) => {
      if (job.signal.aborted) return;
      view.put(tile);
      showProgress(remaining(tile, performance.now() - started), tile.done / tile.total);
    }, job.signal);
    if (!isDone || job.signal.aborted) return;
    save.disabled = false;
    const seconds = ((performance.now() - started) / 1000).toFixed(1);
    say(`${lr.width} \u00d7 ${lr.height} became ${width} \u00d7 ${height} pixels in ${seconds}\u00a0s, ` +
      `${place(upscaler)}.`);
  } catch (error) {
    if (job.signal.aborted) return;
    if (leaveGpu()) return begin();
    say(error.message, true);
  } finally {
    if (running === job) work.hidden = true;
  }
}

function place({ threads }) {
  return threads === 0 ? "on the GPU" : `on ${threads} ${threads === 1 ? "thread" : "threads"} of the CPU`;
}

/** Takes the GPU out of the choices if it was in use. */
function leaveGpu() {
  if (!engine.value.startsWith("webgpu")) return false;
  engine.options[engine.selectedIndex].remove();
  engine.disabled = engine.options.length === 1;
  return true;
}

function remaining({ done, total }, elapsed) {
  const seconds = Math.ceil(elapsed / done * (total - done) / 1000);
  return `Part ${done} of ${total}` + (done < total ? `, about ${seconds} s left` : "");
}

function showProgress(text, share) {
  work.hidden = false;
  figures.textContent = text;
  bar.value = share;
  say("");
}

function say(text, isError = false) {
  status.textContent = text;
  status.hidden = !text;
  status.classList.toggle("error", isError);
}

function stop() {
  if (work.hidden) return;
  running?.abort();
  work.hidden = true;
  say("Cancelled.");
}

async function take(file) {
  try {
    photo = await openPhoto(file);
  } catch (error) {
    say(error.message, true);
    return;
  }
  photoName = (file.name || "photo").replace(/\.[^.]*$/, "");
  sample.hidden = photoName === "sample";
  await begin();
}

async function takeSample() {
  try {
    await take(new File([await asset("sample.png", "image/png")], "sample.png"));
  } catch (error) {
    say(error.message, true);
  }
}

function download() {
  view.after.toBlob((blob) => {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(blob);
    link.download = `${photoName}-x${settings.scale}.png`;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
  }, "image/png");
}

onPhoto(take);
cancel.addEventListener("click", stop);
document.addEventListener("keydown", (event) => { if (event.key === "Escape") stop(); });
save.addEventListener("click", download);
sample.addEventListener("click", takeSample);
engine.addEventListener("change", begin);
part.addEventListener("change", begin);
listEngines().then(takeSample);
