// Fills the box "most read" with what stands beside the text, as the newspaper's own script does
// with what its server counts: without it, the box is empty.
(function () {
  var box = document.getElementById("mostread");
  if (!box) { return; }
  var seen = {};
  var links = document.querySelectorAll(
    ".swiper-baoin0 a.title5, .swiper-baoin0 a.title2, .multimedia a.title2, .trangdiaphuong a.title2"
  );
  Array.prototype.forEach.call(links, function (link) {
    var address = link.getAttribute("href");
    if (seen[address] || box.children.length === 6) { return; }
    seen[address] = true;
    var copy = document.createElement("a");
    copy.href = link.href;
    copy.textContent = link.textContent;
    box.appendChild(copy);
  });
})();
