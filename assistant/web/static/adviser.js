// Progress of an upload: how much is sent, then how far the reading is. Without it everything works, by loading the page again.
(() => {
  const form = document.querySelector("form[data-most]");
  if (form) {
    const told = form.querySelector(".told"), bar = form.querySelector(".sending"), button = form.querySelector("button");
    const say = (text, problem) => { told.textContent = text; told.classList.toggle("problem", problem); };
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const size = [...form.elements.files.files].reduce((sum, file) => sum + file.size, 0) / 1e6;
      if (size > Number(form.dataset.most)) {
        say(form.dataset.tooLarge.replace("{size}", Math.ceil(size)).replace("{most}", form.dataset.most), true);
        return;
      }
      const request = new XMLHttpRequest();
      request.upload.onprogress = (sent) => {
        const percent = sent.total ? Math.floor(100 * sent.loaded / sent.total) : 0;
        bar.hidden = false;
        bar.firstElementChild.value = percent;
        say(form.dataset.sending.replace("{percent}", percent), false);
      };
      const broken = () => { bar.hidden = true; button.disabled = false; say(form.dataset.broken, true); };
      request.onerror = broken;
      request.onload = () => {
        if (request.status === 200) location.assign(request.responseURL);
        else if (request.status === 401 || request.status === 403) location.reload();
        else broken();
      };
      button.disabled = true;
      request.open("POST", form.action);
      request.send(new FormData(form));
    });
  }
  const run = document.querySelector("[data-run]");
  const look = async () => {
    try {
      const answer = await fetch(run.dataset.run);
      if (!answer.ok || answer.redirected) return location.reload();
      run.innerHTML = await answer.text();
      if (!run.querySelector("progress")) return location.reload();
    } catch { /* offline for a moment: the next look tells */ }
    setTimeout(look, 1000);
  };
  if (run) setTimeout(look, 1000);
})();
