// Replaces each still drawing by the same chart with tooltips, as wide as its box; without this file the stills remain.
(function () {
  "use strict";
  if (!window.vegaEmbed || !window.IntersectionObserver) return;
  var locale = JSON.parse(document.getElementById("number-locale").textContent);

  // What stands beside the panels of a faceted chart: axis labels and gaps, in pixels.
  function fit(spec, width) {
    var meta = spec.usermeta || {};
    if (width < 480) spec.config.axis.labelLimit = 132;
    if (!meta.columns) {
      spec.width = width - 8;
      spec.autosize = { type: "fit-x", contains: "padding" };
      return spec;
    }
    var columns = width < 480 ? Math.max(1, Math.floor(meta.columns / 2)) : meta.columns;
    var inner = spec.spec || {};
    spec.columns = columns;
    inner.width = Math.max(90, Math.floor((width - 56) / columns) - (meta.beside || 18));
    return spec;
  }

  function live(chart) {
    var holder = chart.parentNode.querySelector("script.spec");
    var width = Math.floor(chart.clientWidth);
    if (!holder || width < 120 || chart.dataset.width === String(width)) return;
    chart.dataset.width = String(width);
    var box = document.createElement("div");
    var options = {
      actions: false, ast: true, renderer: "svg", formatLocale: locale,
      tooltip: { theme: "custom" }
    };
    window.vegaEmbed(box, fit(JSON.parse(holder.textContent), width), options).then(function () {
      var old = chart.querySelector(".live");
      if (old) old.remove();
      box.className = "live";
      box.setAttribute("aria-hidden", "true");
      chart.appendChild(box);
      chart.classList.add("lively");
    }).catch(function () { chart.classList.remove("lively"); });
  }

  var seen = new IntersectionObserver(function (entries) {
    entries.forEach(function (entry) {
      if (entry.isIntersecting) live(entry.target);
    });
  }, { rootMargin: "400px" });
  document.querySelectorAll(".chart").forEach(function (chart) { seen.observe(chart); });

  if (!window.ResizeObserver) return;
  var resized = new ResizeObserver(function (entries) {
    entries.forEach(function (entry) {
      if (entry.target.classList.contains("lively")) live(entry.target);
    });
  });
  document.querySelectorAll(".chart").forEach(function (chart) { resized.observe(chart); });
})();
