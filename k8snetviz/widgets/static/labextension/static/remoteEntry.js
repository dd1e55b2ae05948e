// The explorer in JupyterLab where no script of a notebook may run: a renderer of our own mime type, as a container of webpack's federation.
// It reads data, never markup or code, from a notebook, and whatever fails here leaves JupyterLab as it would be without it.
(() => {
  "use strict";
  const MIME = "application/vnd.k8snetviz.explorer+json";
  const VERSION = 1;
  const UID = /^[0-9a-f]{16}$/;
  const BUNDLE = new URL("explorer.js", document.currentScript.src).href;
  const PATIENCE = 400; // ms that nothing is seen
  let widgets = null; // what JupyterLab shares as @lumino/widgets, by version

  /** What our own HTML of the same output holds, read without running or showing anything of it. */
  function read(model) {
    const entry = model.data[MIME];
    if (!entry || entry.v !== VERSION || !UID.test(entry.uid)) throw new Error("an entry of another version");
    const page = new DOMParser().parseFromString(String(model.data["text/html"]), "text/html").querySelector('[data-kx="' + entry.uid + '"]');
    const block = page && page.querySelector('script[data-kx-data="deflate"]');
    if (!block) throw new Error("no data block");
    const note = page.querySelector("[data-kx-note]");
    return { uid: entry.uid, text: String(JSON.parse(block.textContent)), note: note && note.textContent };
  }

  /** The image of the output, else its text: what is seen where the explorer cannot be shown, or is long in coming. */
  function plain(node, model, error) {
    if (error) console.warn("k8snetviz: the picture or the text is shown instead:", error);
    const image = document.createElement("img");
    const png = model.data["image/png"];
    image.alt = String(model.data["text/plain"] || "k8snetviz explorer");
    image.src = "data:image/png;base64," + png;
    image.style.maxWidth = "100%";
    const words = document.createElement("pre");
    words.textContent = image.alt;
    image.onerror = () => image.replaceWith(words);
    node.replaceChildren(png ? image : words);
  }

  function rendererOf(Widget) {
    return class extends Widget {
      constructor() {
        super();
        this.addClass("jp-RenderedHTMLCommon");
        this.stop = null;
        this.turn = 0;
      }
      renderModel(model) {
        this.model = model;
        return this.isAttached ? this.show() : Promise.resolve(); // else when it comes into the page
      }
      onAfterAttach() {
        if (!this.turn && this.model) this.show(); // once: a notebook takes outputs away and puts them back as it scrolls
      }
      /** Show the explorer in an element of its own, once this is in the page. Nothing is ever thrown. */
      async show() {
        const turn = ++this.turn, model = this.model;
        const late = () => turn !== this.turn || this.isDisposed;
        this.end();
        const wait = setTimeout(() => late() || plain(this.node, model, null), PATIENCE);
        try {
          const { uid, text, note } = read(model);
          const { default: explorer } = await import(BUNDLE);
          clearTimeout(wait);
          if (late()) return;
          const host = document.createElement("div");
          for (const [name, value] of [["data-kx", uid], ["data-kx-beside", ""], ["data-lm-suppress-shortcuts", "true"]]) host.setAttribute(name, value);
          this.node.replaceChildren(host);
          if (note) this.node.append(Object.assign(document.createElement("p"), { textContent: note }));
          const stop = await explorer.mount(host, text, (error) => late() || plain(this.node, model, error));
          if (late()) stop();
          else this.stop = stop;
        } catch (error) {
          clearTimeout(wait);
          if (!late()) plain(this.node, model, error);
        }
      }
      end() {
        const stop = this.stop;
        this.stop = null;
        if (stop) stop();
      }
      dispose() {
        if (this.isDisposed) return;
        this.turn++;
        try {
          this.end();
        } catch (error) {
          console.warn("k8snetviz:", error);
        }
        super.dispose();
      }
    };
  }

  /** The module JupyterLab asks for. Without what it needs, or with something wrong in it, an empty list: then HTML and images are shown as ever. */
  async function extension() {
    try {
      const [, shared] = Object.entries(widgets).sort(([a], [b]) => b.localeCompare(a, undefined, { numeric: true }))[0];
      const { Widget } = (await shared.get())();
      const Renderer = rendererOf(Widget);
      return [{
        id: "k8snetviz:explorer",
        description: "Shows explorers of k8snetviz.",
        rendererFactory: { safe: true, mimeTypes: [MIME], createRenderer: () => new Renderer() },
        rank: 0,
        dataType: "json",
      }];
    } catch (error) {
      console.warn("k8snetviz: no renderer in this JupyterLab:", error);
      return [];
    }
  }

  const all = (window._JUPYTERLAB = window._JUPYTERLAB || {});
  all.k8snetviz = {
    init(scope) {
      widgets = scope && scope["@lumino/widgets"];
    },
    async get() {
      const found = { __esModule: true, default: await extension() }; // without __esModule all of JupyterLab stays blank
      return () => found;
    },
  };
})();
