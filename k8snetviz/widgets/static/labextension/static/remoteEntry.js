// The explorer in JupyterLab where no script of a notebook may run: a renderer of our own mime type, as a container of webpack's federation.
// What the notebook holds is read as data by the module beside this file; whatever fails leaves JupyterLab as it would be without it.
(() => {
  const MIME = "application/vnd.k8snetviz.explorer+json", PATIENCE = 400; // ms that nothing is seen
  const BUNDLE = new URL("explorer.js", document.currentScript.src).href;
  let widgets = null; // what JupyterLab shares as @lumino/widgets, by version

  /** The image of the output, else its text: what is seen where the explorer cannot be shown, or is long in coming. */
  function plain(node, data, error) {
    if (error) console.warn("k8snetviz: the picture or the text is shown instead:", error);
    const words = Object.assign(document.createElement("pre"), { textContent: String(data["text/plain"] || "k8snetviz explorer") });
    const image = Object.assign(new Image(), { alt: words.textContent, src: "data:image/png;base64," + data["image/png"], onerror: () => image.replaceWith(words) });
    image.style.maxWidth = "100%";
    node.replaceChildren(data["image/png"] ? image : words);
  }
  const rendererOf = (Widget) => class extends Widget {
    turn = 0;
    async renderModel({ data }) {
      this.data = data;
      if (this.isAttached) await this.show(); // else when it comes into the page
    }
    onAfterAttach() {
      if (!this.turn && this.data) this.show(); // once: a notebook takes outputs away and puts them back as it scrolls
    }
    /** Show the explorer, once this is in the page. Nothing is ever thrown. */
    async show() {
      const turn = ++this.turn, { node, data } = this;
      const late = () => turn !== this.turn || this.isDisposed;
      const instead = (error) => late() || plain(node, data, error);
      const wait = setTimeout(instead, PATIENCE, null);
      try {
        this.end();
        this.addClass("jp-RenderedHTMLCommon");
        const { default: explorer } = await import(BUNDLE);
        clearTimeout(wait);
        const stop = late() ? null : await explorer.received(node, data[MIME], String(data["text/html"]), instead);
        if (late()) stop?.();
        else this.stop = stop;
      } catch (error) {
        clearTimeout(wait);
        instead(error);
      }
    }
    end() {
      const { stop } = this;
      this.stop = null;
      stop?.();
    }
    dispose() {
      this.turn++;
      try { if (!this.isDisposed) this.end(); } catch (error) { console.warn("k8snetviz:", error); }
      super.dispose();
    }
  };
  /** What JupyterLab asks for. Without what it needs, or with something wrong in it, an empty list: then HTML and images are shown as ever. */
  async function extension() {
    try {
      const [, shared] = Object.entries(widgets).sort(([a], [b]) => b.localeCompare(a, undefined, { numeric: true }))[0];
      const Renderer = rendererOf((await shared.get())().Widget);
      const rendererFactory = { safe: true, mimeTypes: [MIME], createRenderer: () => new Renderer() };
      return [{ id: "k8snetviz:explorer", description: "Shows explorers of k8snetviz.", rendererFactory, rank: 0, dataType: "json" }];
    } catch (error) {
      console.warn("k8snetviz: no renderer in this JupyterLab:", error);
      return [];
    }
  }
  (window._JUPYTERLAB ||= {}).k8snetviz = {
    init: (scope) => { widgets = scope && scope["@lumino/widgets"]; },
    async get() {
      const found = { __esModule: true, default: await extension() }; // without __esModule all of JupyterLab stays blank
      return () => found;
    },
  };
})();
