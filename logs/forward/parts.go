package forward

// parts joins the lines that Docker's driver cut, into pieces of 16 KiB, since it does not say how long a line may be.
type parts struct {
	limit, size int64
	open        map[string]*Record
	order       []string
}

// add takes a record and returns those that are complete.
func (p *parts) add(e entry) []Record {
	r := e.asRecord()
	id := e.record.get("partial_id")
	if e.record.get("partial_message") != "true" || id == "" || r.Container == "" {
		return []Record{r}
	}
	var complete []Record
	first := p.open[id]
	if first == nil {
		first = &r
		if p.open == nil {
			p.open = map[string]*Record{}
		}
		p.open[id] = first
		p.order = append(p.order, id)
	} else {
		first.Message = append(first.Message, r.Message...)
	}
	p.size += int64(len(r.Message))
	if e.record.get("partial_last") == "true" {
		complete = append(complete, p.close(id))
	}
	for p.size > p.limit || len(p.open) > maxOpen { // give up on the oldest
		complete = append(complete, p.close(p.order[0]))
	}
	return complete
}

// maxOpen is how many lines may be incomplete at once.
const maxOpen = 1000

// close returns what there is of a line.
func (p *parts) close(id string) Record {
	r := *p.open[id]
	delete(p.open, id)
	for i, other := range p.order {
		if other == id {
			p.order = append(p.order[:i], p.order[i+1:]...)
			break
		}
	}
	p.size -= int64(len(r.Message))
	return r
}

// rest returns all that is incomplete, for when the peer is gone.
func (p *parts) rest() (records []Record) {
	for len(p.order) > 0 {
		records = append(records, p.close(p.order[0]))
	}
	return records
}
