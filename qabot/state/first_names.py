"""First names that are common in English, German, French, Spanish, Italian and Dutch texts.

Written down by hand, after no published list. They tell a name that no phrase introduces, also in
small letters, so a name that is a word of one of these languages stands among `ALSO_WORDS`.
"""

_NAMES = """
    aaron adam adrian adrián agnes ahmed aisha alan albert alejandra alejandro alessandra
    alessandro alex alexander alexandra alfie ali alice alicia alison amanda amelia amina amir
    amy ana andrea andreas andrew andrzej andré andrés angela anil anita anja anjali anke ann
    anna anne anneke annette annie anouk anthony antoine anton antonio archie arjun arthur arun
    astrid ayesha ayşe barbara beatrice beatriz benoît bernard bernd beth bethany betty björn
    bob bram brandon brenda brian bruno callum cameron camille carla carlos carmen caroline
    catherine cathy cecilia charles charlie charlotte chiara chloe chloé chris christina
    christine christoph christopher claire claudia colin connor craig cristina cynthia cédric
    daan daniel daniela daniele danielle darren dave david debbie deborah declan deepak denise
    dennis derek diana diane diego dieter dimitri dmitri dominic donald dorothy dylan eddie
    edith edward eileen eleanor elena elif elisa elizabeth ella ellen elsa emily emma emmanuel
    enrique eric erik esther ethan eugene eva evelyn fabian fatima fatma federica federico felix
    femke ferdinand fernanda fernando fiona francesca francesco franz françois françoise
    frederick freya gareth gary gavin gemma geoff george gerald gerard gert gina giovanni giulia
    giulio giuseppe gloria gordon graham greg gregory guillaume gwen günter hannah harold
    harriet harry hassan heather heidi heike heinz helen helga henrik henry hiroshi hugo ian
    ibrahim ines ingrid inés irene isaac isabel isabella isabelle ivan jacob jacqueline jacques
    jake james jamie jana jane janet janice jared jasmine jason javier jeanne jeff jeffrey
    jennifer jenny jeremy jeroen jerry jesse jessica jill jim jimmy joan joanna joanne joe joel
    johan johanna johannes john johnny jonas jonathan joost jordi jorge josef joseph joshua josé
    joyce juan juanita judith judy julia julian julie julien justin jérôme jörg jürgen kamil
    karen karin karl karolina kasia katarzyna kate katherine kathleen kathryn kathy katie katja
    keith kelly kenneth kerstin kevin khalid kim kirsten klaas klaus krzysztof kyle lakshmi lara
    lars laura lauren laurent layla lea leah leanne leila leon leonardo leonie lesley leslie
    liam lieke lisa liz lorenzo lorraine lotte louis louise luca lucas lucie lucy lucía luigi
    luis luisa lukas luke lynn léa magda maggie malcolm manuel manuela marc marcel marcin marco
    marcus margaret maria marie marieke mario marion marjorie markus marlene marta martha martin
    martina martín mary maría mateo mathieu mathilde matteo matthew matthias maureen maurice
    megan mehmet melanie melissa michael michaela michał michel michelle miguel mike mohammad
    mohammed monica monika monique moritz muhammad mustafa mónica nadia nadine nancy naomi
    natalia natalie natasha nathalie nathan neha neil nicholas nicola nicolas nicole nicolás
    nigel nikhil nina noah noor nora norbert norman olaf olga oliver olivia omar oscar owen
    pablo pamela paolo patricia patrick paul paula pauline pedro peter petra phil philip
    philippe phoebe pierre pieter piotr priya rachel rafael rahul rajesh ralf ralph raymond raúl
    rebecca renate ricardo riccardo richard rita robert roberto roger rohan roland ronald ross
    roxanne russell ruth ryan sabine sabrina sally sam samantha samuel sandra sanjay sanne sara
    sarah scott sebastian sergio shannon sharon sheila shirley silke silvia simon simone sofia
    sofía sonia sonja sophia sophie stacey stefan stefanie stefano stephanie stephen steve
    steven stuart stéphane stéphanie sunita susan susanne suzanne svenja sylvia sébastien sören
    tamara tanja tara teresa terry thea theo theresa thijs thomas thérèse tim timothy tina
    tobias todd tom tomasz tommy toni tony tracey tracy trevor ursula uwe valentina valerie
    vanessa veronica vijay vikram vincent virginie walter wayne wendy werner wilhelm willem
    william wolfgang xavier yasmin yolanda yuki yusuf yvonne zoe zoë álvaro ángela
"""

_WORDS = """
    anders andre ben carol dan don donna ed frank hans jack jan jean jo josh ken marina mark mia
    mila nick pat ray rob rosa rose sean sue troy vera victoria
"""

FIRST_NAMES = frozenset(_NAMES.split())

ALSO_WORDS = frozenset(_WORDS.split())
"""Names only where something introduces them: "this is mark", but not "mark it as read"."""
