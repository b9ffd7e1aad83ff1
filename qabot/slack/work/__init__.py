"""Work: each question in Slack gets its one reply, by one rule.

1. A delivery is stored as work before Slack is told that it arrived; while the store is away it is
   refused, so that Slack sends it again, and who used a command or a button is asked to.
2. An id made from team, channel and time of the message, or from the event where there is no
   message, names the work and its reply (`client_msg_id`), so that the store knows a second
   delivery by it, and Slack a second reply.
3. Who takes work on holds it by a lease, and renews that while the work is under way; once the
   lease is over, whoever looks first takes the work up. Where the store was away that is a lease
   later, so that whoever is still there can say first what it holds and what is done.
4. A reply goes out only when the store says that this attempt is the latest one, and the work is
   over only when the store has taken that it is done.
5. Nothing else remembers work: what the store does not say is not known.
"""
