// The filter over the items, deep links into folded parts, and the mark in the list of sections.
// It reads the page and its address, asks nobody, and makes no HTML of any text.
(() => {
  "use strict";
  const form = document.getElementById("filter");
  const search = document.getElementById("search");
  const mark = document.getElementById("mark");
  const part = document.getElementById("part");
  const found = document.getElementById("found");
  const nothing = document.getElementById("nothing-found");
  const choices = [...form.querySelectorAll("input[name=result]")];
  const parts = [...document.querySelectorAll("#items .part")].map((section, index) => ({
    section,
    index: String(index),
    items: [...section.querySelectorAll(".item")].map((element) => ({ element, text: null })),
  }));

  const textOf = (item) => {
    item.text ??= item.element.textContent.toLowerCase();
    return item.text;
  };

  const filter = () => {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    const results = new Set(choices.filter((box) => box.checked).map((box) => box.value));
    let shown = 0;
    let all = 0;
    for (const { section, index, items } of parts) {
      const here = part.value === "" || part.value === index;
      let any = false;
      for (const item of items) {
        const { result, mark: its } = item.element.dataset;
        const fits =
          here &&
          (results.size === 0 || results.has(result)) &&
          (mark.value === "" || mark.value === its) &&
          words.every((word) => textOf(item).includes(word));
        item.element.hidden = !fits;
        any ||= fits;
        shown += fits;
        all += 1;
      }
      section.hidden = !any;
    }
    nothing.hidden = shown > 0;
    found.textContent = shown === all ? `${all} items` : `${shown} of ${all} items`;
  };

  // A filter has an address of its own: #?q=tls&result=fail
  const remember = () => {
    const query = new URLSearchParams();
    if (search.value) query.set("q", search.value);
    for (const box of choices) if (box.checked) query.append("result", box.value);
    if (mark.value) query.set("mark", mark.value);
    if (part.value) query.set("part", part.value);
    const text = query.toString();
    history.replaceState(null, "", text ? `#?${text}` : "#items");
  };

  const clear = () => {
    search.value = mark.value = part.value = "";
    for (const box of choices) box.checked = false;
  };

  const recall = (text) => {
    const query = new URLSearchParams(text);
    clear();
    search.value = query.get("q") ?? "";
    const results = query.getAll("result");
    for (const box of choices) box.checked = results.includes(box.value);
    mark.value = query.get("mark") ?? "";
    part.value = query.get("part") ?? "";
    if (mark.selectedIndex < 0) mark.value = "";
    if (part.selectedIndex < 0) part.value = "";
    filter();
    document.getElementById("items").scrollIntoView();
  };

  // What a link leads to is unfolded first, and shown even if the filter hides it.
  const reveal = () => {
    const hash = location.hash.slice(1);
    if (hash.startsWith("?")) {
      recall(hash.slice(1));
      return;
    }
    let id = hash;
    try {
      id = decodeURIComponent(hash);
    } catch {
      // Not every address is well formed; this one leads nowhere.
    }
    const target = id && document.getElementById(id);
    if (!target) return;
    if (target.closest("[hidden]")) {
      clear();
      filter();
    }
    for (let at = target; at; at = at.parentElement) {
      if (at instanceof HTMLDetailsElement) at.open = true;
    }
    target.scrollIntoView();
    const summary = target.querySelector(":scope > summary");
    if (summary) summary.focus({ preventScroll: true });
  };

  const changed = () => {
    filter();
    remember();
  };
  form.addEventListener("input", changed);
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("reset", (event) => {
    event.preventDefault();
    clear();
    changed();
    search.focus();
  });
  document.getElementById("unfold").addEventListener("click", (event) => {
    const open = event.target.dataset.open !== "yes";
    for (const { items } of parts) {
      for (const { element } of items) {
        const details = element.firstElementChild;
        if (!element.hidden && details instanceof HTMLDetailsElement) details.open = open;
      }
    }
    event.target.dataset.open = open ? "yes" : "";
    event.target.textContent = open ? "Close all shown" : "Open all shown";
  });
  for (const link of document.querySelectorAll("[data-filter]")) {
    link.addEventListener("click", (event) => {
      event.preventDefault();
      clear();
      for (const box of choices) box.checked = box.value === link.dataset.filter;
      changed();
      document.getElementById("items").scrollIntoView();
      search.focus({ preventScroll: true });
    });
  }
  // A link to the place where one is already still unfolds it.
  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("a[href^='#']");
    if (link && link.getAttribute("href") === location.hash) reveal();
  });
  addEventListener("hashchange", reveal);

  const links = new Map(
    [...document.querySelectorAll(".contents a")].map((link) => [link.hash.slice(1), link]),
  );
  const watch = new IntersectionObserver(
    (entries) => {
      for (const { isIntersecting, target } of entries) {
        if (!isIntersecting) continue;
        for (const link of links.values()) link.removeAttribute("aria-current");
        links.get(target.id)?.setAttribute("aria-current", "true");
      }
    },
    { rootMargin: "-10% 0px -80% 0px" },
  );
  for (const id of links.keys()) {
    const section = document.getElementById(id);
    if (section) watch.observe(section);
  }

  form.hidden = false;
  reveal();
})();
