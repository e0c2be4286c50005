package impact

import "fmt"

func Debug(in Input, n int, ids ...string) {
	j := newJudge(in)
	j.look()
	j.rank()
	for i, s := range j.subjects {
		show := i < n
		for _, id := range ids {
			show = show || s.ID == id
		}
		if !show {
			continue
		}
		fmt.Printf("%d %s %s %s start %s age %v score %.2f share %.2f verdict %s sided %.1f rb %+v\n", s.rank, s.ID, s.Kind, s.Service, s.Start.Format("02 15:04:05"), s.age, s.score, s.share, s.verdict, s.sided.score, s.rollback.recovered)
		for _, p := range s.pairs {
			if p.worth > 0.02 || p.level > 1.5 && p.weight > .1 {
				fmt.Printf("    %-16s w %.2f level %.2f before %.2f late %.1f early %v ended %v slowly %.2f(l %.2f) excess %.3g exp %.3g worth %.2f crude %v\n", p.metric.sli.Name, p.weight, p.level, p.before, p.late, p.early, p.ended, p.slowly, p.line.slow.level, p.window.excess, p.expected, p.worth, p.crude)
			}
		}
	}
	fmt.Println("none", j.none)
}
