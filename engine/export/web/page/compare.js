"use strict";

/** Shows a picture before and after, with a divider between the two. */
class CompareView {
  #view = document.querySelector(".view");
  #frame = document.querySelector(".frame");
  #stage = document.querySelector(".stage");
  #line = document.querySelector(".line");
  #divider = document.querySelector("#divider");
  #actual = document.querySelector("#actual");
  before = document.querySelector("#before");
  after = document.querySelector("#after");

  constructor() {
    this.#divider.addEventListener("input", () => this.#draw());
    document.querySelector("#show-before").addEventListener("click", () => this.show(1));
    document.querySelector("#show-after").addEventListener("click", () => this.show(0));
    this.#actual.addEventListener("click", () => this.#toggleActual());
    this.#frame.addEventListener("scroll", () => this.#draw());
    window.addEventListener("resize", () => this.#layOut());
    this.#followPointer(this.#frame, () => !this.#isActual);
    this.#followPointer(document.querySelector(".knob"), () => true);
  }

  get #isActual() {
    return this.#actual.getAttribute("aria-pressed") === "true";
  }

  /** Begins with a new picture, which shows before on both sides until parts of after come. */
  begin(picture, width, height) {
    for (const canvas of [this.before, this.after]) [canvas.width, canvas.height] = [width, height];
    const context = this.before.getContext("2d");
    context.imageSmoothingQuality = "high";
    context.drawImage(picture, 0, 0, width, height);
    this.#layOut();
  }

  /** Shows a part of the result. */
  put({ pixels, left, top, width, height }) {
    this.after.getContext("2d").putImageData(new ImageData(pixels, width, height), left, top);
  }

  /** Moves the divider: 1 shows before alone. */
  show(share) {
    this.#divider.value = String(Math.round(Math.min(Math.max(share, 0), 1) * 1000));
    this.#draw();
  }

  #toggleActual() {
    const middle = this.#middle();
    this.#actual.setAttribute("aria-pressed", String(!this.#isActual));
    this.#layOut();
    if (this.#isActual) this.#scrollTo(middle);
  }

  #middle() {
    const { scrollLeft, scrollTop, clientWidth, clientHeight, scrollWidth, scrollHeight } = this.#frame;
    return [(scrollLeft + clientWidth / 2) / scrollWidth, (scrollTop + clientHeight / 2) / scrollHeight];
  }

  #scrollTo([x, y]) {
    const { clientWidth, clientHeight, scrollWidth, scrollHeight } = this.#frame;
    this.#frame.scrollTo(x * scrollWidth - clientWidth / 2, y * scrollHeight - clientHeight / 2);
  }

  /** As large as the window allows, but no larger than its pixels; or one pixel a pixel. */
  #layOut() {
    const { width, height } = this.after;
    if (!width) return;
    // Pixels of the screen, which are finer than those of a page on dense screens.
    const [fullWidth, fullHeight] = [width, height].map((side) => side / window.devicePixelRatio);
    // What is around the picture takes 370 pixels on a wide window.
    const room = [this.#view.parentElement.clientWidth, Math.max(260, window.innerHeight - 370)];
    const fit = Math.min(room[0] / width, room[1] / height, 1);
    this.#view.classList.toggle("actual", this.#isActual);
    const shown = this.#isActual ? [fullWidth, fullHeight] : [width * fit, height * fit];
    [this.#stage.style.width, this.#stage.style.height] = shown.map((side) => `${side}px`);
    // The frame keeps its size, so that the page does not jump.
    const framed = [width * fit, height * fit].map((side, axis) => Math.min(side, shown[axis]));
    [this.#frame.style.width, this.#frame.style.height] = framed.map((side) => `${side}px`);
    this.#frame.tabIndex = this.#isActual ? 0 : -1;
    this.#draw();
  }

  #draw() {
    const share = Number(this.#divider.value) / 1000;
    const at = share * this.#frame.clientWidth;
    // The divider stays in place while the picture is scrolled under it.
    const onStage = at + this.#frame.scrollLeft;
    this.after.style.clipPath = `inset(0 0 0 ${onStage}px)`;
    this.#line.style.left = `${at}px`;
    // Beside scroll bars, not over them.
    this.#line.style.height = `${this.#frame.clientHeight}px`;
    document.querySelector(".name.second").style.right =
      `${this.#frame.offsetWidth - this.#frame.clientWidth + 10}px`;
    this.#divider.setAttribute("aria-valuetext", `${Math.round(share * 100)} %`);
    document.querySelector(".name.first").hidden = share < 0.15;
    document.querySelector(".name.second").hidden = share > 0.85;
  }

  #followPointer(element, isOn) {
    const follow = (event) => {
      const box = this.#frame.getBoundingClientRect();
      this.show((event.clientX - box.left) / box.width);
    };
    element.addEventListener("pointerdown", (event) => {
      if (!isOn() || event.button !== 0) return;
      event.preventDefault();
      element.setPointerCapture(event.pointerId);
      follow(event);
    });
    element.addEventListener("pointermove", (event) => {
      if (element.hasPointerCapture(event.pointerId)) follow(event);
    });
  }
}
