package timeline

import (
	"fmt"
	"slices"
)

// TaskSet tells what is to be done now, while the incident goes on, and by whom.
type TaskSet struct {
	What string `json:"what"`
	For  Person `json:"for,omitzero"` // nobody yet where it is zero
}

// TaskTaken tells who does a task from now on.
type TaskTaken struct {
	Task int    `json:"task"` // the event that set it
	By   Person `json:"by"`
}

// TaskDone tells that a task is done.
type TaskDone struct {
	Task int `json:"task"`
}

// TaskDropped tells that a task need not be done.
type TaskDropped struct {
	Task int `json:"task"`
}

func (TaskSet) kind() string     { return "task_set" }
func (TaskTaken) kind() string   { return "task_taken" }
func (TaskDone) kind() string    { return "task_done" }
func (TaskDropped) kind() string { return "task_dropped" }

func (f TaskSet) String() string     { return "set a task" }
func (f TaskTaken) String() string   { return fmt.Sprintf("%s took task %d", f.By.ID, f.Task) }
func (f TaskDone) String() string    { return fmt.Sprintf("did task %d", f.Task) }
func (f TaskDropped) String() string { return fmt.Sprintf("dropped task %d", f.Task) }

// Task is something to be done while the incident goes on.
type Task struct {
	Seq  int // the event that set it, by which it is known
	N    int // counts from 1, as people call it
	What string
	By   Person // who does it; the zero Person where nobody does yet
	Over bool   // it is done or dropped
	Done bool
}

// TaskPost names the message of a task among those that the bot has to know
// again.
func TaskPost(seq int) string { return fmt.Sprint("task ", seq) }

// TaskIn returns the task that a message of the bot's is about.
func (inc Incident) TaskIn(m Message) (Task, bool) {
	for _, t := range inc.Tasks {
		if p, ok := inc.Post(TaskPost(t.Seq)); ok && p.Message == m {
			return t, true
		}
	}
	return Task{}, false
}

// Task returns a task by the event that set it.
func (inc Incident) Task(seq int) (Task, bool) {
	for _, t := range inc.Tasks {
		if t.Seq == seq {
			return t, true
		}
	}
	return Task{}, false
}

// OpenTasks returns the tasks that are neither done nor dropped.
func (inc Incident) OpenTasks() []Task {
	return without(inc.Tasks, func(t Task) bool { return t.Over })
}

// withTasks is the meaning of the facts that tell of tasks.
func withTasks(all []Task, ev Event) []Task {
	switch f := ev.Fact.(type) {
	case TaskSet:
		return append(slices.Clip(all), Task{Seq: ev.Seq, N: len(all) + 1, What: f.What, By: f.For})
	case TaskTaken:
		return changeTask(all, f.Task, func(t *Task) { t.By = f.By })
	case TaskDone:
		return changeTask(all, f.Task, func(t *Task) { t.Over, t.Done = true, true })
	case TaskDropped:
		return changeTask(all, f.Task, func(t *Task) { t.Over = true })
	}
	return all
}

func changeTask(all []Task, seq int, how func(*Task)) []Task {
	all = slices.Clone(all)
	for n := range all {
		if all[n].Seq == seq {
			how(&all[n])
		}
	}
	return all
}
