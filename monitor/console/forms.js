// The page is drawn anew each second: what is typed here must not be, so values are first ones.
// The dialogs: sign in, assign, close, mute, sound and keys.
import { finish } from "./acts.js";
import { Areas, NewArea } from "./areaforms.js";
import { logIn, logOut } from "./api.js";
import { closeDialog, Dialog, dialog, openDialog } from "./dialogs.js";
import { html, plain, useState } from "./dom.js";
import { showNow } from "./picture.js";
import { keep, kept, officer, signIn, signOut, works } from "./prefs.js";
import { Sound } from "./soundform.js";
import { realNow } from "./time.js";
import { W } from "./words.js";

const send = (taken) => (event) => {
  event.preventDefault();
  const words = Object.fromEntries(new FormData(event.target));
  closeDialog();
  taken(words);
};

function Buttons({ label }) {
  return html`<p class="buttons"><button class="main">${label}</button>
    <button type="button" onClick=${closeDialog}>${W.form.cancel}</button></p>`;
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
    return html`<${Dialog} title=${W.form.who}><p>${plain(officer.by)}</p>
      <p class="buttons"><button onClick=${() => { closeDialog(); logOut().catch(signOut).then(showNow); }}>${W.form.logOut}</button>
      <button class="main" onClick=${closeDialog}>${W.form.stay}</button></p></${Dialog}>`;
  }
  return html`<${Dialog} title=${W.form.who}>
    ${why && html`<p class="problem">${plain(why)}</p>`}
    <form onSubmit=${send(taken)}>
      <label>${W.form.name}<input name="by" required maxlength="200" defaultValue=${officer.by}
        autocomplete="username" autofocus /></label>
      ${byToken ? html`<label key="token">${W.form.token}<input name="token" type="password" required
        autocomplete="off" /></label>`
        : html`<label key="password">${W.form.password}<input name="password" type="password" required
        autocomplete="current-password" /></label>`}
      <label class="choice"><input type="checkbox" name="with-token" checked=${byToken}
        onChange=${() => set(!byToken)} /> ${W.form.byToken}</label>
      <p class="quiet small">${W.form.noted}</p>
      <${Buttons} label=${W.signIn} />
    </form></${Dialog}>`;
}

function Assign() {
  const { alert } = dialog.words;
  return html`<${Dialog} title=${W.form.assign}>
    <p>${plain(alert.headline)}</p>
    <form onSubmit=${send(({ to, note }) => finish("assign", alert, { to, ...noted(note) }))}>
      <label>${W.form.to}<input name="to" required maxlength="200" autofocus
        defaultValue=${alert.assignee ?? officer.by} /></label>
      <${Note} /><${Buttons} label=${W.acts.assign} />
    </form></${Dialog}>`;
}

const noted = (note) => (note.trim() ? { note: note.trim() } : {});

function Note() {
  return html`<label>${W.form.note}<textarea name="note" rows="2" maxlength="4000"></textarea></label>`;
}

function Close() {
  const { alert } = dialog.words;
  const taken = ({ verdict, note }) => finish("close", alert, { verdict, ...noted(note) });
  return html`<${Dialog} title=${W.form.close}>
    <p>${plain(alert.headline)}</p>
    <form onSubmit=${send(taken)}>
      <fieldset><legend>${W.form.verdict}</legend>${Object.entries(W.verdicts).map(([verdict, words], i) =>
        html`<label class="choice" key=${verdict}><input type="radio" name="verdict"
          value=${verdict} required autofocus=${i === 0} /> ${words}</label>`)}</fieldset>
      <${Note} /><${Buttons} label=${W.acts.close} />
    </form></${Dialog}>`;
}

function Mute() {
  const { alert } = dialog.words;
  const taken = ({ reason, hours }) => finish("mute", alert, {
    reason, ...(hours && { until: new Date(realNow() + Number(hours) * 3600000).toISOString() }),
  });
  return html`<${Dialog} title=${W.form.mute}>
    <p>${plain(alert.headline)}</p>
    <form onSubmit=${send(taken)}>
      <label>${W.form.reason}<input name="reason" required maxlength="4000" autofocus /></label>
      <fieldset><legend>${W.form.howLong}</legend>${Object.entries(W.muteUntil).sort(([a], [b]) => Number(a) - Number(b))
        .map(([hours, words]) => html`<label class="choice" key=${hours}><input type="radio"
          name="hours" value=${hours} defaultChecked=${hours === ""} /> ${words}</label>`)}</fieldset>
      <p class="quiet small">${W.form.muteWords}</p>
      <${Buttons} label=${W.acts.mute} />
    </form></${Dialog}>`;
}

function Help() {
  const [on, set] = useState(kept("keys", true));
  const turn = () => { keep("keys", !on); set(!on); };
  return html`<${Dialog} title=${W.form.keys}>
    <label class="choice"><input type="checkbox" checked=${on} onChange=${turn} />
      ${W.form.singleKeys}</label>
    <table><tbody>${W.keys.map(([key, words]) => html`<tr key=${key}><th scope="row"><kbd>${key}</kbd></th>
      <td>${words}</td></tr>`)}</tbody></table>
    <h3>${W.form.signs}</h3>
    <ul class="signs">${W.form.signList.map(([sign, words]) => html`<li key=${sign}><b>${sign}</b>${": "}${words}</li>`)}</ul>
    <p class="buttons"><button class="main" onClick=${closeDialog}>${W.form.done}</button></p></${Dialog}>`;
}

const FORMS = {
  "sign-in": SignIn, assign: Assign, close: Close, mute: Mute, sound: Sound, help: Help,
  areas: Areas, area: NewArea,
};

export function OpenDialog() {
  const Form = FORMS[dialog.name];
  return Form ? html`<${Form} key=${dialog.number} />` : null;
}
