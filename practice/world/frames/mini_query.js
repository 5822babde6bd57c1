// As much of a query library as the newspaper's own inline scripts call, so that a browser runs
// them: the statistics pixel is loaded as on the real page.
(function () {
  function Found(nodes) { this.nodes = nodes; }
  Found.prototype = {
    html: function () { return this.nodes.length ? this.nodes[0].innerHTML : ""; },
    append: function (html) {
      this.nodes.forEach(function (node) { node.insertAdjacentHTML("beforeend", html); });
      return this;
    },
    insertAfter: function () { return this; },
    click: function (handler) {
      this.nodes.forEach(function (node) { node.addEventListener("click", handler); });
      return this;
    },
    toggle: function () {
      this.nodes.forEach(function (node) {
        node.style.display = node.style.display === "block" ? "none" : "block";
      });
      return this;
    }
  };
  window.$ = window.jQuery = function (what) {
    if (typeof what === "function") { document.addEventListener("DOMContentLoaded", what); return; }
    if (what.trim().charAt(0) === "<") { return new Found([]); }
    return new Found(Array.prototype.slice.call(document.querySelectorAll(what)));
  };
})();
