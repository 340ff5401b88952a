// The left-hand side: the community's public page in VK, where the citizen writes and where the answer arrives.

import { Composer } from "./composer.js";
import { avatar, h, keyed, light } from "./dom.js";
import { filed, picture } from "./message.js";
import { plain } from "./richtext.js";
import { counted, dayKey, hours, inWords, relative } from "./words.js";

const NEWS = [
  "Открыли новую детскую площадку в парке на Садовой: горка, качели, дорожки для колясок.",
  "В субботу ярмарка на площади: овощи, мёд, саженцы. Начало в девять утра.",
  "Дорогу на улице Мира откроют в пятницу, на неделю раньше срока.",
];

function attached(written) {
  return [
    written.photos.length ? h("div", { class: `grid of-${Math.min(written.photos.length, 4)}` }, written.photos.map((file) => picture({ file }, ""))) : null,
    written.files.map((file) => filed(file, "file", "Документ")),
  ];
}

function byline(author, date, now) {
  return h("div", { class: "byline" },
    h("strong", { dir: "auto" }, author.name), author.kind === "community" ? h("span", { class: "badge" }, "сообщество") : null,
    h("time", { datetime: date, title: inWords(date) }, relative(date, now)));
}

export class CommunityPane {
  constructor(host, hands) {
    this.host = host;
    this.hands = hands;
    this.view = "wall";
    this.told = 0;
    this.head = h("header", { class: "vk-head" });
    this.views = h("div", { class: "vk-views", role: "group", "aria-label": "Разделы страницы" });
    this.ready = h("div", { class: "ready" });
    this.wall = new Composer({ id: "wall-text", placeholder: "Написать на стене", said: hands.said, send: (what) => hands.vk("wall_post", what, {}) });
    this.posts = h("div", { class: "posts" });
    this.letters = h("div", { class: "letters", role: "log", "aria-label": "Сообщения сообществу" });
    this.channel = h("div", { class: "posts", role: "log", "aria-label": "Канал в мессенджере", hidden: true });
    this.letter = new Composer({ id: "letter-text", placeholder: "Сообщение сообществу", said: hands.said, send: (what) => hands.vk("message", what, {}) });
    this.scroll = h("div", { class: "scroll", tabindex: "0", "aria-label": "Страница сообщества" }, this.head, this.ready, this.views, this.wall.element, this.posts, this.letters, this.channel);
    this.composers = new Map();
    host.replaceChildren(this.scroll, this.letter.element);
  }

  show(vk, samples, now, unreadLetters) {
    this.vk = vk;
    this.now = now;
    if (vk?.press && this.view === "letters") this.view = "wall";
    this.host.classList.toggle("is-empty", !vk);
    if (!vk) return this.head.replaceChildren(h("p", { class: "hush" }, "Сообщества пока нет."));
    this.header(vk);
    this.showReady(samples);
    this.showViews(unreadLetters);
    const wall = this.view === "wall";
    const letters = this.view === "letters";
    this.posts.hidden = !wall;
    this.wall.element.hidden = !wall || !vk.me;
    this.letters.hidden = !letters;
    this.letter.element.hidden = !letters || !vk.me;
    this.channel.hidden = this.view !== "channel";
    this.showPosts(vk);
    this.showLetters(vk);
    if (vk.channel) this.showChannel(vk.channel);
    return undefined;
  }

  header(vk) {
    this.head.replaceChildren(
      avatar(vk.community.name, 3, "group"),
      h("div", { class: "vk-names" }, h("h2", { dir: "auto" }, vk.community.name), h("p", {}, vk.community.address),
        vk.me ? h("p", { class: "chat-as" }, "вы: ", h("strong", {}, vk.me.name)) : null));
  }

  /** The press service has news instead of complaints: one for the wall, one for the channel in the messenger. */
  showNews() {
    if (this.ready.dataset.signature === "press") return;
    this.ready.dataset.signature = "press";
    const publish = (does) => () => {
      const news = NEWS[this.told++ % NEWS.length];
      return this.hands.vk(does, { text: news }, {}).then((done) => done && this.published(does));
    };
    this.ready.replaceChildren(
      h("button", { type: "button", class: "solid is-vk", id: "news", onclick: publish("wall_post") }, "Опубликовать новость на стене"),
      h("div", { class: "ready-topics", role: "group", "aria-label": "Или в другом месте" },
        h("button", { type: "button", class: "topic", id: "channel-news", onclick: publish("channel_post") }, `В канале ${this.vk.channel?.messenger ?? "мессенджера"}`)));
  }

  published(does) {
    this.view = does === "wall_post" ? "wall" : "channel";
    this.show(this.vk, this.hands.samples(), this.now, 0);
    this.hands.said(does === "wall_post" ? "Опубликовано на стене." : "Опубликовано в канале.");
  }

  showReady(samples) {
    if (this.vk.press) {
      this.ready.hidden = false;
      return this.showNews();
    }
    this.ready.hidden = !this.vk.me || samples.length === 0;
    const signature = samples.map((one) => one.key).join();
    if (this.ready.dataset.signature === signature) return undefined;
    this.ready.dataset.signature = signature;
    this.ready.replaceChildren(
      h("button", { type: "button", class: "solid is-vk", id: "sample", onclick: () => this.hands.sample(null) }, "Написать готовую жалобу"),
      this.topics("Или выберите, о чём", samples.filter((one) => !one.comment)),
      h("p", { class: "ready-or" }, "Или комментарий, который решит модератор:"),
      this.topics("Комментарий для модератора", samples.filter((one) => one.comment)));
    return undefined;
  }

  topics(words, samples) {
    return h("div", { class: "ready-topics", role: "group", "aria-label": words },
      samples.map((one) => h("button", { type: "button", class: "topic", onclick: () => this.hands.sample(one.key) }, one.label)));
  }

  showViews(unread) {
    const tab = (key, words, count) => h("button", {
      type: "button", "aria-pressed": String(this.view === key),
      onclick: () => {
        this.view = key;
        if (key === "letters") this.hands.readLetters();
        this.show(this.vk, this.hands.samples(), this.now, unread);
      },
    }, words, count ? h("span", { class: "count" }, count) : null);
    this.views.replaceChildren(
      tab("wall", "Стена", 0),
      this.vk.me && !this.vk.press ? tab("letters", "Сообщения", this.view === "letters" ? 0 : unread) : "",
      this.vk.channel ? tab("channel", "Канал", 0) : "");
  }

  showPosts(vk) {
    const today = dayKey(this.now);
    const posts = vk.posts.map((post) => ({ ...post, today, comments: post.comments.map((comment) => ({ ...comment, today })) }));
    keyed(this.posts, posts, (post) => post.id, (post, old) => this.post(post, old));
  }

  post(post, old) {
    const item = h("article", { class: "post", id: `post-${post.id}` });
    const comments = old?.querySelector(".comments") ?? h("div", { class: "comments" });
    keyed(comments, post.comments, (comment) => comment.id, (comment) => this.comment(post, comment));
    const composer = this.composerFor(post);
    composer.element.hidden = !this.vk.me || !post.open;
    const head = h("header", { class: "post-head" }, avatar(post.author.name, post.author.tone, post.author.kind), byline(post.author, post.date, this.now));
    const body = h("div", { class: "post-body" }, head, post.text ? plain(post.text, this.hands.follow) : null, attached(post));
    if (!old) {
      item.append(body, this.counter(post), comments, composer.element);
      return item;
    }
    old.querySelector(".post-body").replaceWith(body);
    old.querySelector(".post-count").replaceWith(this.counter(post));
    return old;
  }

  counter(post) {
    const live = post.comments.filter((comment) => !comment.deleted).length;
    const words = live ? counted(live, "комментарий", "комментария", "комментариев") : "Комментариев пока нет";
    return h("p", { class: "post-count" }, post.open ? words : `${words}. Комментирование закрыто.`);
  }

  composerFor(post) {
    let composer = this.composers.get(post.id);
    if (!composer) {
      composer = new Composer({
        id: `comment-${post.id}`, placeholder: "Написать комментарий", said: this.hands.said,
        send: (what) => this.hands.vk("comment", what, { post: post.id, ...(what.reply ? { reply_to: what.reply.id } : {}) }),
      });
      this.composers.set(post.id, composer);
    }
    return composer;
  }

  comment(post, comment) {
    const classes = ["comment", comment.thread ? "is-threaded" : "", comment.author.kind === "community" ? "is-official" : "", comment.deleted ? "is-deleted" : ""];
    const item = h("div", { class: classes.filter(Boolean).join(" "), id: `comment-${post.id}-${comment.id}` });
    if (comment.deleted) {
      item.append(h("p", { class: "hush" }, "Комментарий удалён"));
      return item;
    }
    item.append(avatar(comment.author.name, comment.author.tone, comment.author.kind), h("div", { class: "comment-body" },
      byline(comment.author, comment.date, this.now),
      comment.text ? plain(comment.text, this.hands.follow) : null,
      attached(comment),
      this.vk.me ? h("div", { class: "foot" },
        post.open ? h("button", { type: "button", class: "foot-button", onclick: () => this.composerFor(post).startReply(comment) }, "Ответить") : null,
        comment.mine ? h("button", { type: "button", class: "foot-button", onclick: () => this.hands.vk("delete_comment", {}, { comment: comment.id }) }, "Удалить") : null) : null));
    return item;
  }

  showLetters(vk) {
    const hush = h("p", { class: "hush" }, "Вы ещё не писали сообществу.");
    if (!vk.messages.length) return this.letters.replaceChildren(hush);
    this.letters.querySelector(".hush")?.remove();
    return keyed(this.letters, vk.messages, (one) => one.id, (one) => h("article", { class: `message ${one.mine ? "is-mine" : "is-theirs"}` },
      h("div", { class: "column" }, h("div", { class: "bubble" }, plain(one.text, this.hands.follow), attached(one),
        h("div", { class: "foot" }, h("span", { class: "foot-marks" }, h("time", { datetime: one.date, title: inWords(one.date) }, hours(one.date))))))));
  }

  /** What stands in the office's channel: as public as the wall, and nobody answers there. */
  showChannel(channel) {
    if (!channel.posts.length) return this.channel.replaceChildren(h("p", { class: "hush" }, "В канале пока ничего нет."));
    this.channel.querySelector(".hush")?.remove();
    const today = dayKey(this.now);
    const author = { name: channel.title, kind: "group" };
    return keyed(this.channel, channel.posts.map((one) => ({ ...one, today })), (one) => one.id, (one) => h("article", { class: "post", id: `channel-${one.id}` },
      h("div", { class: "post-body" },
        h("header", { class: "post-head" }, avatar(channel.title, 4, "group"), byline(author, one.date, this.now)),
        one.text ? plain(one.text, this.hands.follow) : null, attached(one)),
      h("p", { class: "post-count" }, channel.address)));
  }

  /** Brings a post, or a comment under it, into sight; false when it is not on this page. */
  jump(post, comment) {
    const target = document.getElementById(comment ? `comment-${post}-${comment}` : `post-${post}`) ?? document.getElementById(`post-${post}`);
    return this.reveal("wall", target);
  }

  /** The same with a post of the channel. */
  jumpToChannel(address, id) {
    return this.vk?.channel?.address === address && this.reveal("channel", document.getElementById(`channel-${id}`));
  }

  reveal(view, target) {
    if (!target) return false;
    if (this.view !== view) {
      this.view = view;
      this.show(this.vk, this.hands.samples(), this.now, 0);
    }
    light(target);
    return true;
  }

  /** Puts the caret where the citizen would write first. */
  focus() {
    const first = this.vk?.posts.find((post) => post.open);
    const composer = first ? this.composerFor(first) : this.wall;
    composer.text.focus();
  }
}
