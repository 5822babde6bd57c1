// Numbers what is most read, and shows the pictures that the page names for later.
(function () {
  var links = document.querySelectorAll(".section-most-read .item");
  Array.prototype.forEach.call(links, function (item, place) {
    var number = document.createElement("span");
    number.className = "place";
    number.textContent = String(place + 1);
    item.insertBefore(number, item.firstChild);
  });
  Array.prototype.forEach.call(document.querySelectorAll("img.lazy[data-src]"), function (image) {
    image.src = image.getAttribute("data-src");
  });
})();
