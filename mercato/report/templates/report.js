// Tells what lies under the pointer: the title of a mark of a drawing, in a box beside it. Browsers show titles too,
// late and in small type, so a title that was read once is kept here instead.
(function () {
  "use strict";
  var box = document.createElement("div");
  box.className = "tip";
  box.setAttribute("aria-hidden", "true");

  function tip(mark) {
    if (!mark.closest || !mark.closest(".chart")) return "";
    var title = mark.querySelector(":scope > title");
    if (title) {
      mark.dataset.tip = title.textContent;
      title.remove();
    }
    return mark.dataset ? mark.dataset.tip || "" : "";
  }

  function show(event) {
    var text = tip(event.target);
    box.classList.toggle("shown", text !== "");
    if (!text) return;
    box.textContent = text;
    var wide = box.offsetWidth, high = box.offsetHeight;
    var left = Math.min(event.clientX + 14, document.documentElement.clientWidth - wide - 8);
    var above = event.clientY - high - 14;
    box.style.left = Math.max(8, left) + "px";
    box.style.top = (above < 8 ? event.clientY + 20 : above) + "px";
  }

  document.body.appendChild(box);
  document.addEventListener("pointermove", show);
  document.addEventListener("pointerdown", show);
  document.addEventListener("scroll", function () { box.classList.remove("shown"); }, { passive: true });
})();
