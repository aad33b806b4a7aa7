"use strict";

/** Returns a photo of a file as ImageBitmap, turned as it was taken. */
async function openPhoto(file) {
  try {
    return await createImageBitmap(file);
  } catch {
    throw new Error(`${file.name || "This"} is not a picture that this browser can open.`);
  }
}

/**
 * Draws what of a photo is enlarged.
 *
 * @param photo       ImageBitmap
 * @param mostPixels  how many pixels are enlarged at most
 * @param part        "center" or "whole", which matters for larger photos
 */
function drawPart(photo, mostPixels, part) {
  const factor = Math.min(1, Math.sqrt(mostPixels / (photo.width * photo.height)));
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.floor(photo.width * factor));
  canvas.height = Math.max(1, Math.floor(photo.height * factor));
  const context = canvas.getContext("2d", { willReadFrequently: true });
  // The network knows no transparency.
  context.fillStyle = "#fff";
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.imageSmoothingQuality = "high";
  if (part === "center") {
    const left = Math.floor((photo.width - canvas.width) / 2);
    const top = Math.floor((photo.height - canvas.height) / 2);
    context.drawImage(photo, -left, -top);
  } else {
    context.drawImage(photo, 0, 0, canvas.width, canvas.height);
  }
  return canvas;
}

/** Calls `take` with each photo that is chosen, taken, dropped or pasted. */
function onPhoto(take) {
  for (const input of document.querySelectorAll("input[type=file]")) {
    input.addEventListener("change", () => {
      if (input.files.length) take(input.files[0]);
      input.value = ""; // so that the same file can be chosen again
    });
  }
  document.addEventListener("paste", (event) => {
    if (event.clipboardData.files.length) take(event.clipboardData.files[0]);
  });
  document.addEventListener("dragover", (event) => {
    event.preventDefault();
    document.body.classList.add("dropping");
  });
  document.addEventListener("dragleave", (event) => {
    if (!event.relatedTarget) document.body.classList.remove("dropping");
  });
  document.addEventListener("drop", (event) => {
    event.preventDefault();
    document.body.classList.remove("dropping");
    if (event.dataTransfer.files.length) take(event.dataTransfer.files[0]);
  });
}
