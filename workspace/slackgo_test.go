package workspace_test

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"testing"
	"time"

	"github.com/slack-go/slack"
	"github.com/slack-go/slack/slackevents"
	"github.com/slack-go/slack/socketmode"
)

// slackGoWorks runs an app made with slack-go.
func slackGoWorks(t *testing.T, m *matrix) {
	a := everything(t)
	must(t, a.InviteApp("ana", "general"))
	api := slack.New(a.BotToken(), slack.OptionAPIURL(a.url+"/api/"), slack.OptionAppLevelToken(a.AppToken()))
	ctx, stop := context.WithCancel(t.Context())
	client := socketmode.New(api)
	ended := make(chan error, 1)
	go func() { ended <- client.RunContext(ctx) }()
	go slackGoApp(ctx, api, client)
	defer func() {
		stop()
		<-ended
	}()
	a.connected(1)
	try := func(feature string, check func() error) { t.Helper(); m.try(t, "slack-go", feature, check) }
	try("a command, answered with its acknowledgement", func() error { return shown(a.Say("ana", "general", "/greet me"))("Hello, me") })
	try("a modal, opened by a command", func() error {
		_, err := a.Say("ana", "general", "/form")
		id, opened := a.form("A form")
		if _, err := a.Submit("ana", id, words("good")); err != nil {
			return err
		}
		return errors.Join(err, opened)
	})
	try("a mention, answered in its thread", func() error {
		_, err := a.Say("ana", "general", "hello @everything")
		return errors.Join(err, a.reads("general", "    "+a.clock()+" everything: You called?"))
	})
	try("a connection that is refreshed, with a warning", func() error { return a.refreshed("bo") })
	if err := slackGoMethods(t.Context(), api, a.userID("ana")); err != nil {
		t.Error(err)
	}
	m.methods(a, "slack-go")
}

// slackGoApp answers what comes.
func slackGoApp(ctx context.Context, api *slack.Client, client *socketmode.Client) {
	for {
		select {
		case <-ctx.Done():
			return
		case e := <-client.Events:
			if e.Request == nil {
				continue
			}
			var payload any
			switch data := e.Data.(type) {
			case slack.SlashCommand:
				if data.Command == "/form" {
					_, _ = api.OpenViewContext(ctx, data.TriggerID, slackGoForm()) // the test sees it open
				} else {
					payload = map[string]string{"text": "Hello, " + data.Text}
				}
			case slackevents.EventsAPIEvent:
				if mention, ok := data.InnerEvent.Data.(*slackevents.AppMentionEvent); ok {
					_, _, _ = api.PostMessageContext(ctx, mention.Channel, slack.MsgOptionText("You called?", false), slack.MsgOptionTS(mention.TimeStamp)) // the test sees it posted
				}
			}
			_ = client.AckCtx(ctx, e.Request.EnvelopeID, payload) // the test sees it acknowledged
		}
	}
}

func slackGoForm() slack.ModalViewRequest {
	label := slack.NewTextBlockObject(slack.PlainTextType, "Words", false, false)
	input := slack.NewInputBlock("words", label, nil, slack.NewPlainTextInputBlockElement(nil, "words"))
	return slack.ModalViewRequest{
		Type: slack.VTModal, Title: slack.NewTextBlockObject(slack.PlainTextType, "A form", false, false),
		Submit: slack.NewTextBlockObject(slack.PlainTextType, "Send", false, false), Blocks: slack.Blocks{BlockSet: []slack.Block{input}},
	}
}

// slackGoMethods calls what a usual bot calls.
func slackGoMethods(ctx context.Context, api *slack.Client, ana string) error {
	channel, err := api.CreateConversationContext(ctx, slack.CreateConversationParams{ChannelName: "by-slack-go"})
	if err != nil {
		return err
	}
	id := channel.ID
	_, ts, err := api.PostMessageContext(ctx, id, slack.MsgOptionText("hello", false))
	if err != nil {
		return err
	}
	at := slack.NewRefToMessage(id, ts)
	later := strconv.FormatInt(time.Now().Add(time.Hour).Unix(), 10)
	var errs []error
	for name, call := range map[string]func() error{
		"invite":  func() error { _, err := api.InviteUsersToConversationContext(ctx, id, ana); return err },
		"topic":   func() error { _, err := api.SetTopicOfConversationContext(ctx, id, "Tests"); return err },
		"purpose": func() error { _, err := api.SetPurposeOfConversationContext(ctx, id, "To test"); return err },
		"info": func() error {
			_, err := api.GetConversationInfoContext(ctx, &slack.GetConversationInfoInput{ChannelID: id})
			return err
		},
		"list": func() error {
			_, _, err := api.GetConversationsContext(ctx, &slack.GetConversationsParameters{})
			return err
		},
		"own": func() error {
			_, _, err := api.GetConversationsForUserContext(ctx, &slack.GetConversationsForUserParameters{})
			return err
		},
		"members": func() error {
			_, _, err := api.GetUsersInConversationContext(ctx, &slack.GetUsersInConversationParameters{ChannelID: id})
			return err
		},
		"history": func() error {
			_, err := api.GetConversationHistoryContext(ctx, &slack.GetConversationHistoryParameters{ChannelID: id})
			return err
		},
		"replies": func() error {
			_, _, _, err := api.GetConversationRepliesContext(ctx, &slack.GetConversationRepliesParameters{ChannelID: id, Timestamp: ts})
			return err
		},
		"open": func() error {
			_, _, _, err := api.OpenConversationContext(ctx, &slack.OpenConversationParameters{Users: []string{ana}})
			return err
		},
		"update": func() error {
			_, _, _, err := api.UpdateMessageContext(ctx, id, ts, slack.MsgOptionText("hi", false))
			return err
		},
		"permalink": func() error {
			_, err := api.GetPermalinkContext(ctx, &slack.PermalinkParameters{Channel: id, Ts: ts})
			return err
		},
		"schedule": func() error {
			_, _, err := api.ScheduleMessageContext(ctx, id, later, slack.MsgOptionText("later", false))
			return err
		},
		"react": func() error { return api.AddReactionContext(ctx, "eyes", at) },
		"reactions": func() error {
			_, err := api.GetReactionsContext(ctx, at, slack.NewGetReactionsParameters())
			return err
		},
		"pin":  func() error { return api.AddPinContext(ctx, id, at) },
		"pins": func() error { _, _, err := api.ListPinsContext(ctx, id); return err },
		"bookmark": func() error {
			_, err := api.AddBookmarkContext(ctx, id, slack.AddBookmarkParameters{Title: "Docs", Type: "link", Link: "https://example.com"})
			return err
		},
		"bookmarks": func() error { _, err := api.ListBookmarksContext(ctx, id); return err },
		"user":      func() error { _, err := api.GetUserInfoContext(ctx, ana); return err },
		"users":     func() error { _, err := api.GetUsersContext(ctx); return err },
		"email":     func() error { _, err := api.GetUserByEmailContext(ctx, "ana@demo.example"); return err },
		"team":      func() error { _, err := api.GetTeamInfoContext(ctx); return err },
		"groups":    func() error { _, err := api.GetUserGroupsContext(ctx); return err },
		"dnd":       func() error { _, err := api.GetDNDInfoContext(ctx, &ana); return err },
		"auth":      func() error { _, err := api.AuthTestContext(ctx); return err },
		"upload": func() error {
			_, err := api.UploadFileContext(ctx, slack.UploadFileParameters{Filename: "a.txt", Content: "abc", FileSize: 3, Channel: id})
			return err
		},
		"publish": func() error {
			_, err := api.PublishViewContext(ctx, slack.PublishViewContextRequest{UserID: ana, View: slack.HomeTabViewRequest{Type: slack.VTHomeTab, Blocks: slack.Blocks{BlockSet: []slack.Block{slack.NewDividerBlock()}}}})
			return err
		},
		"join leave": func() error { _, _, _, err := api.JoinConversationContext(ctx, id); return err },
		"rename":     func() error { _, err := api.RenameConversationContext(ctx, id, "by-slack-go-2"); return err },
	} {
		if err := call(); err != nil {
			errs = append(errs, fmt.Errorf("%s: %w", name, err))
		}
	}
	errs = append(errs, api.ArchiveConversationContext(ctx, id))
	return errors.Join(errs...)
}
