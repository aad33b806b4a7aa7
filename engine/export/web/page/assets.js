"use strict";

/**
 * Returns a file of the demo as a Blob: from inside the page if all is one file, otherwise from the
 * folder of the page.
 */
async function asset(name, type = "") {
  const inside = document.getElementById(`file:${name}`);
  if (inside) return new Blob([await unpacked(inside.textContent)], { type });
  if (location.protocol === "file:") {
    throw new Error("A browser opens this folder from a web server only: run \u201cpython serve.py\u201d " +
      "in it. A demo that was made as one file opens without.");
  }
  const response = await fetch(name);
  if (!response.ok) throw new Error(`${name} is missing (${response.status}).`);
  return new Blob([await response.arrayBuffer()], { type });
}

/** Returns the bytes of a gzip file in base64. */
async function unpacked(text) {
  const letters = atob(text);
  const packed = new Uint8Array(letters.length);
  for (let at = 0; at < letters.length; at++) packed[at] = letters.charCodeAt(at);
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Response(stream).arrayBuffer();
}
