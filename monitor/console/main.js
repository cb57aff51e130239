// The beginning: what is shown is drawn anew once a second, and at once when somebody acts.
import { onView, view } from "./address.js";
import { aloud, App } from "./app.js";
import { html, render } from "./dom.js";
import { onKey } from "./keys.js";
import { keepLink } from "./link.js";
import { onPicture, showNow } from "./picture.js";
import { sound } from "./sound.js";

const place = document.getElementById("console");
place.replaceChildren();

let drawing = false;
let again = false;

// What is drawn may itself want a change (the map tells where it is): that is drawn after it.
function draw() {
  if (drawing) {
    again = true;
    return;
  }
  drawing = true;
  try {
    drawPage();
  } finally {
    drawing = false;
  }
  if (again) {
    again = false;
    queueMicrotask(draw);
  }
}

function drawPage() {
  document.documentElement.dataset.palette = view.pal;
  const raised = sound();
  if (raised.length) aloud.text = raised.map((each) => `${each.severity}: ${each.headline}`).join(". ");
  render(html`<${App} />`, place);
}

onView(draw);
onPicture(draw);
document.addEventListener("keydown", onKey);
keepLink(); // first: what is asked for comes while the page is drawn
draw();
setInterval(showNow, 1000); // ages grow
