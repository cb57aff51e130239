// The page is drawn anew each second: what is typed here must not be, so values are first ones.
// The dialogs: sign in, assign, close, mute, sound and keys.
import { finish } from "./acts.js";
import { Areas, NewArea } from "./areaforms.js";
import { logIn, logOut } from "./api.js";
import { closeDialog, Dialog, dialog, openDialog } from "./dialogs.js";
import { html, plain, useState } from "./dom.js";
import { showNow } from "./picture.js";
import { keep, kept, officer, signIn, signOut, works } from "./prefs.js";
import { beep, chosenSounds, chooseSound } from "./sound.js";
import { now } from "./time.js";
import { W } from "./words.js";

const send = (taken) => (event) => {
  event.preventDefault();
  const words = Object.fromEntries(new FormData(event.target));
  closeDialog();
  taken(words);
};

function Buttons({ label }) {
  return html`<p class="buttons"><button class="main">${label}</button>
    <button type="button" onClick=${closeDialog}>Cancel</button></p>`;
}

function SignIn() {
  const { then, why } = dialog.words;
  const [byToken, set] = useState(Boolean(officer.token));
  const taken = async ({ by, token, password }) => {
    try {
      if (byToken) signIn(by.trim(), token.trim());
      else await logIn(by.trim(), password);
      then?.();
    } catch (problem) {
      openDialog("sign-in", { then, why: problem.message });
    }
    showNow();
  };
  if (works() && !why) {
    return html`<${Dialog} title="Who works here"><p>${plain(officer.by)}</p>
      <p class="buttons"><button onClick=${() => { closeDialog(); logOut().catch(signOut).then(showNow); }}>Log out</button>
      <button class="main" onClick=${closeDialog}>Stay</button></p></${Dialog}>`;
  }
  return html`<${Dialog} title="Who works here">
    ${why && html`<p class="problem">${why}</p>`}
    <form onSubmit=${send(taken)}>
      <label>Your name<input name="by" required maxlength="200" defaultValue=${officer.by}
        autocomplete="username" autofocus /></label>
      ${byToken ? html`<label key="token">Token of officers<input name="token" type="password" required
        autocomplete="off" /></label>`
        : html`<label key="password">Password<input name="password" type="password" required
        autocomplete="current-password" /></label>`}
      <label class="choice"><input type="checkbox" name="with-token" checked=${byToken}
        onChange=${() => set(!byToken)} /> I have a token instead of a password</label>
      <p class="quiet small">What you do is noted under this name. This tab forgets a token when it
        is closed.</p>
      <${Buttons} label="Sign in" />
    </form></${Dialog}>`;
}

function Assign() {
  const { alert } = dialog.words;
  return html`<${Dialog} title="Assign">
    <p>${plain(alert.headline)}</p>
    <form onSubmit=${send(({ to, note }) => finish("assign", alert, { to, ...noted(note) }))}>
      <label>To whom<input name="to" required maxlength="200" autofocus
        defaultValue=${alert.assignee ?? officer.by} /></label>
      <${Note} /><${Buttons} label=${W.acts.assign} />
    </form></${Dialog}>`;
}

const noted = (note) => (note.trim() ? { note: note.trim() } : {});

function Note() {
  return html`<label>Note<textarea name="note" rows="2" maxlength="4000"></textarea></label>`;
}

function Close() {
  const { alert } = dialog.words;
  const taken = ({ verdict, note }) => finish("close", alert, { verdict, ...noted(note) });
  return html`<${Dialog} title="Close with a verdict">
    <p>${plain(alert.headline)}</p>
    <form onSubmit=${send(taken)}>
      <fieldset><legend>Verdict</legend>${Object.entries(W.verdicts).map(([verdict, words], i) =>
        html`<label class="choice" key=${verdict}><input type="radio" name="verdict"
          value=${verdict} required autofocus=${i === 0} /> ${words}</label>`)}</fieldset>
      <${Note} /><${Buttons} label=${W.acts.close} />
    </form></${Dialog}>`;
}

function Mute() {
  const { alert } = dialog.words;
  const taken = ({ reason, hours }) => finish("mute", alert, {
    reason, ...(hours && { until: new Date(now() + Number(hours) * 3600000).toISOString() }),
  });
  return html`<${Dialog} title="Mute">
    <p>${plain(alert.headline)}</p>
    <form onSubmit=${send(taken)}>
      <label>Reason<input name="reason" required maxlength="4000" autofocus /></label>
      <fieldset><legend>How long</legend>${Object.entries(W.muteUntil).sort(([a], [b]) => a - b)
        .map(([hours, words]) => html`<label class="choice" key=${hours}><input type="radio"
          name="hours" value=${hours} defaultChecked=${hours === ""} /> ${words}</label>`)}</fieldset>
      <p class="quiet small">What happens from now on is told to nobody. The alert stays in the queue
        until it is closed.</p>
      <${Buttons} label=${W.acts.mute} />
    </form></${Dialog}>`;
}

function Sound() {
  const [, again] = useState(0);
  const turn = (severity) => { chooseSound(severity); again((n) => n + 1); };
  return html`<${Dialog} title="Sound for new alerts">
    <fieldset><legend>Of these severities</legend>${Object.keys(W.severity).map((severity) =>
      html`<label class="choice" key=${severity}><input type="checkbox"
        checked=${chosenSounds().includes(severity)} onChange=${() => turn(severity)} />
        ${W.severity[severity]}</label>`)}</fieldset>
    <p class="quiet small">Browsers play nothing before the first click or key after a page was
      loaded.</p>
    <p class="buttons"><button onClick=${() => beep("critical")}>Try it</button>
      <button class="main" onClick=${closeDialog}>Done</button></p></${Dialog}>`;
}

function Help() {
  const [on, set] = useState(kept("keys", true));
  const turn = () => { keep("keys", !on); set(!on); };
  return html`<${Dialog} title="Keys">
    <label class="choice"><input type="checkbox" checked=${on} onChange=${turn} />
      Single keys do something</label>
    <table><tbody>${W.keys.map(([key, words]) => html`<tr key=${key}><th scope="row"><kbd>${key}</kbd></th>
      <td>${words}</td></tr>`)}</tbody></table>
    <h3>Signs on the map</h3>
    <ul class="signs">
      <li><b>Full arrow or dot</b>: heard within 10 minutes; it fades until an hour</li>
      <li><b>Hollow</b>: last heard there 1 to 4 hours ago</li>
      <li><b>Cross in a broken ring</b>: dark. No ship is drawn: it is where one was last heard</li>
      <li><b>Dashes of a track</b>: not heard for more than an hour; nobody knows where she was</li>
      <li><b>◆ ▲ ■</b>: alerts, critical, warning, info; pale when acknowledged</li>
    </ul>
    <p class="buttons"><button class="main" onClick=${closeDialog}>Done</button></p></${Dialog}>`;
}

const FORMS = {
  "sign-in": SignIn, assign: Assign, close: Close, mute: Mute, sound: Sound, help: Help,
  areas: Areas, area: NewArea,
};

export function OpenDialog() {
  const Form = FORMS[dialog.name];
  return Form ? html`<${Form} key=${dialog.number} />` : null;
}
