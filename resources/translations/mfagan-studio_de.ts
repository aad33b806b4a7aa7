<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="de" sourcelanguage="en">
<context>
    <name>AppController</name>
    <message>
        <source>Runs on: {device}</source>
        <translation>Läuft auf: {device}</translation>
    </message>
    <message>
        <source>Ready</source>
        <translation>Bereit</translation>
    </message>
</context>
<context>
    <name>BlindTest</name>
    <message>
        <source>{share} %  ({low} to {high} %)</source>
        <translation>{share} %  ({low} bis {high} %)</translation>
    </message>
    <message>
        <source>{answers} answers on {photos} photos. The lines are 95 % intervals: how often a model would be preferred to the others, a tie as one half.</source>
        <translation>{answers} Antworten zu {photos} Fotos. Die Linien sind 95-%-Intervalle: wie oft ein Modell den anderen vorgezogen würde, Gleichstände zur Hälfte.</translation>
    </message>
    <message>
        <source>With one or two photos they are about these photos alone.</source>
        <translation>Bei ein oder zwei Fotos gelten sie nur für diese Fotos.</translation>
    </message>
    <message>
        <source>{model} looks better than all others.</source>
        <translation>{model} sieht besser aus als alle anderen.</translation>
    </message>
    <message>
        <source>Pairs that were shown again with swapped sides: {count}. Answered the same: {same}, the other way around: {reversed}; guessing would answer about {chance} the same.</source>
        <translation>Paare, die mit vertauschten Seiten noch einmal gezeigt wurden: {count}. Gleich beantwortet: {same}, umgekehrt: {reversed}; durch Raten wären es etwa {chance} gleiche.</translation>
    </message>
    <message>
        <source>The left side was preferred in {left} of {count} answers, besides {ties} ties.</source>
        <translation>Die linke Seite wurde in {left} von {count} Antworten vorgezogen; dazu Gleichstände: {ties}.</translation>
    </message>
    <message>
        <source>Order by eye and by {metric}: Kendall’s τ = {tau}</source>
        <translation>Reihenfolge nach Auge und nach {metric}: Kendalls τ = {tau}</translation>
    </message>
    <message>
        <source>Order by eye and by {metric}: Kendall’s τ = {tau} ({low} to {high})</source>
        <translation>Reihenfolge nach Auge und nach {metric}: Kendalls τ = {tau} ({low} bis {high})</translation>
    </message>
    <message>
        <source>1 is the same order, −1 the reverse, 0 neither.</source>
        <translation>1 ist dieselbe Reihenfolge, −1 die umgekehrte, 0 keins von beiden.</translation>
    </message>
    <message>
        <source>{first} and {second} cannot be told apart: they look alike so far, and more answers may not change that.</source>
        <translation>{first} und {second} sind nicht zu unterscheiden: Sie sehen bisher gleich aus, und mehr Antworten ändern das vielleicht nicht.</translation>
    </message>
    <message>
        <source>{first} and {second} cannot be told apart yet: about {count} more answers to this pair.</source>
        <translation>{first} und {second} sind noch nicht zu unterscheiden: Es fehlen etwa {count} Antworten zu diesem Paar.</translation>
    </message>
</context>
<context>
    <name>BlindTestDialog</name>
    <message>
        <source>Blind test</source>
        <translation>Blindtest</translation>
    </message>
    <message>
        <source>{photo} cannot be shown: {reason}</source>
        <translation>{photo} kann nicht gezeigt werden: {reason}</translation>
    </message>
</context>
<context>
    <name>CandidatePanel</name>
    <message>
        <source>Chosen candidate</source>
        <translation>Gewählter Kandidat</translation>
    </message>
    <message>
        <source>Click a point to enlarge the photo with it; Ctrl and a click pins a rival.</source>
        <translation>Ein Klick auf einen Punkt vergrößert das Foto damit; mit Strg geklickt, wird ein Rivale angeheftet.</translation>
    </message>
    <message>
        <source>No model of this candidate was made yet.</source>
        <translation>Von diesem Kandidaten gibt es noch kein Modell.</translation>
    </message>
    <message>
        <source>Making the model…</source>
        <translation>Modell wird erstellt …</translation>
    </message>
    <message>
        <source>Pin to compare others with it</source>
        <translation>Zum Vergleichen anheften</translation>
    </message>
    <message>
        <source>Pinned rivals</source>
        <translation>Angeheftete Rivalen</translation>
    </message>
    <message>
        <source>Unpin</source>
        <translation>Lösen</translation>
    </message>
    <message>
        <source>Unpin {name}</source>
        <translation>{name} lösen</translation>
    </message>
    <message>
        <source>Use for upscaling</source>
        <translation>Zum Vergrößern verwenden</translation>
    </message>
    <message>
        <source>Make its model</source>
        <translation>Modell erstellen</translation>
    </message>
    <message>
        <source>Fine-tune…</source>
        <translation>Weiter trainieren …</translation>
    </message>
    <message>
        <source>Export…</source>
        <translation>Exportieren …</translation>
    </message>
    <message>
        <source>Blind test…</source>
        <translation>Blindtest …</translation>
    </message>
</context>
<context>
    <name>CandidateTexts</name>
    <message>
        <source>on the front</source>
        <translation>auf der Front</translation>
    </message>
</context>
<context>
    <name>CardTexts</name>
    <message>
        <source>Trained on</source>
        <translation>Trainiert auf</translation>
    </message>
    <message>
        <source>Degradations</source>
        <translation>Verschlechterungen</translation>
    </message>
    <message>
        <source>Method</source>
        <translation>Verfahren</translation>
    </message>
    <message>
        <source>Started from</source>
        <translation>Begonnen mit</translation>
    </message>
    <message>
        <source>Steps</source>
        <translation>Schritte</translation>
    </message>
    <message>
        <source>Batch</source>
        <translation>Batch</translation>
    </message>
    <message>
        <source>Learning rate</source>
        <translation>Lernrate</translation>
    </message>
    <message>
        <source>Loss</source>
        <translation>Verlust</translation>
    </message>
    <message>
        <source>Machine</source>
        <translation>Rechner</translation>
    </message>
    <message>
        <source>Minutes</source>
        <translation>Minuten</translation>
    </message>
    <message>
        <source>Recipe</source>
        <translation>Rezept</translation>
    </message>
    <message>
        <source>Faithful end</source>
        <translation>Treues Ende</translation>
    </message>
    <message>
        <source>Vivid end</source>
        <translation>Lebendiges Ende</translation>
    </message>
    <message>
        <source>Consistency (levels)</source>
        <translation>Übereinstimmung (Stufen)</translation>
    </message>
    <message>
        <source>Checkerboard (levels)</source>
        <translation>Schachbrett (Stufen)</translation>
    </message>
    <message>
        <source>Color shift (ΔE)</source>
        <translation>Farbabweichung (ΔE)</translation>
    </message>
    <message>
        <source>Color cast (ΔE)</source>
        <translation>Farbstich (ΔE)</translation>
    </message>
    <message>
        <source>Id</source>
        <translation>Kennung</translation>
    </message>
    <message>
        <source>License</source>
        <translation>Lizenz</translation>
    </message>
    <message>
        <source>Made by</source>
        <translation>Von</translation>
    </message>
    <message>
        <source>Architecture</source>
        <translation>Architektur</translation>
    </message>
    <message>
        <source>Weights</source>
        <translation>Gewichte</translation>
    </message>
    <message>
        <source>{macs} G operations for a photo of {size} pixels</source>
        <translation>{macs} G Operationen für ein Foto von {size} Pixeln</translation>
    </message>
    <message>
        <source>Cost</source>
        <translation>Aufwand</translation>
    </message>
    <message>
        <source>Dials</source>
        <translation>Regler</translation>
    </message>
    <message>
        <source>Looks at</source>
        <translation>Betrachtet</translation>
    </message>
    <message>
        <source>{pixels} × {pixels} pixels around each</source>
        <translation>{pixels} × {pixels} Pixel um jedes herum</translation>
    </message>
    <message>
        <source>Input</source>
        <translation>Eingabe</translation>
    </message>
    <message>
        <source>sides of {least} pixels or more, in multiples of {step}</source>
        <translation>Seiten ab {least} Pixeln, in Vielfachen von {step}</translation>
    </message>
    <message>
        <source>Value range</source>
        <translation>Wertebereich</translation>
    </message>
    <message>
        <source>{low} to {high}, found by trying</source>
        <translation>{low} bis {high}, durch Probieren gefunden</translation>
    </message>
    <message>
        <source>{times} times as fast</source>
        <translation>{times}-mal so schnell</translation>
    </message>
    <message>
        <source>{loss} dB less</source>
        <translation>{loss} dB weniger</translation>
    </message>
    <message>
        <source>restoration {value}</source>
        <translation>Restaurierung {value}</translation>
    </message>
    <message>
        <source>fidelity {value}</source>
        <translation>Treue {value}</translation>
    </message>
    <message>
        <source>restoration, estimated from each photo</source>
        <translation>Restaurierung, für jedes Foto geschätzt</translation>
    </message>
    <message>
        <source>fidelity, {share} % unless you change it</source>
        <translation>Treue, {share} %, wenn nichts anderes eingestellt ist</translation>
    </message>
</context>
<context>
    <name>ChartTile</name>
    <message>
        <source>Show this chart alone</source>
        <translation>Nur dieses Diagramm zeigen</translation>
    </message>
    <message>
        <source>Save this chart</source>
        <translation>Dieses Diagramm speichern</translation>
    </message>
    <message>
        <source>Picture (PNG)</source>
        <translation>Bild (PNG)</translation>
    </message>
    <message>
        <source>Drawing (SVG)</source>
        <translation>Zeichnung (SVG)</translation>
    </message>
    <message>
        <source>Table (CSV)</source>
        <translation>Tabelle (CSV)</translation>
    </message>
    <message>
        <source>time</source>
        <translation>Zeit</translation>
    </message>
    <message>
        <source>step</source>
        <translation>Schritt</translation>
    </message>
</context>
<context>
    <name>ChartsPanel</name>
    <message>
        <source>The first points appear when the run reports its losses.</source>
        <translation>Die ersten Punkte erscheinen, sobald der Lauf seine Verluste meldet.</translation>
    </message>
    <message>
        <source>Steps</source>
        <translation>Schritte</translation>
    </message>
    <message>
        <source>Draw over steps</source>
        <translation>Über den Schritten zeichnen</translation>
    </message>
    <message>
        <source>Time</source>
        <translation>Zeit</translation>
    </message>
    <message>
        <source>Draw over the time of training</source>
        <translation>Über der Trainingszeit zeichnen</translation>
    </message>
    <message>
        <source>Logarithmic</source>
        <translation>Logarithmisch</translation>
    </message>
    <message>
        <source>Logarithmic axis for losses and the learning rate</source>
        <translation>Logarithmische Achse für Verluste und Lernrate</translation>
    </message>
    <message>
        <source>Smoothing</source>
        <translation>Glättung</translation>
    </message>
    <message>
        <source>Smoothing: the line as measured stays behind it</source>
        <translation>Glättung: die gemessene Linie bleibt dahinter sichtbar</translation>
    </message>
    <message>
        <source>The run ended before it reported anything.</source>
        <translation>Der Lauf endete, bevor er etwas meldete.</translation>
    </message>
</context>
<context>
    <name>CloseDialog</name>
    <message>
        <source>A photo is being enlarged</source>
        <translation>Ein Foto wird vergrößert</translation>
    </message>
    <message>
        <source>{name} is being enlarged</source>
        <translation>{name} wird vergrößert</translation>
    </message>
    <message>
        <source>If you stop now, its work is lost and it waits at the next start.</source>
        <translation>Wird jetzt abgebrochen, geht die Arbeit daran verloren, und es wartet beim nächsten Start.</translation>
    </message>
    <message>
        <source>{count} more photos wait there in any case.</source>
        <translation>{count} weitere Fotos warten dort in jedem Fall.</translation>
    </message>
    <message>
        <source>Stop and close</source>
        <translation>Abbrechen und schließen</translation>
    </message>
    <message>
        <source>Finish it, then close</source>
        <translation>Fertigstellen, dann schließen</translation>
    </message>
    <message>
        <source>Stay</source>
        <translation>Bleiben</translation>
    </message>
</context>
<context>
    <name>Closing</name>
    <message>
        <source>The window closes when this photo is done</source>
        <translation>Das Fenster schließt, sobald dieses Foto fertig ist</translation>
    </message>
</context>
<context>
    <name>CompareGrid</name>
    <message>
        <source>Comparison</source>
        <translation>Vergleich</translation>
    </message>
    <message>
        <source>Numbers show one picture alone, 0 shows all. Space shows the original. Plus and minus zoom, arrow keys move.</source>
        <translation>Ziffern zeigen ein Bild allein, 0 zeigt alle. Die Leertaste zeigt das Original. Plus und Minus zoomen, Pfeiltasten verschieben.</translation>
    </message>
    <message>
        <source>{name} alone</source>
        <translation>{name} allein</translation>
    </message>
    <message>
        <source>All pictures</source>
        <translation>Alle Bilder</translation>
    </message>
    <message>
        <source>Original</source>
        <translation>Original</translation>
    </message>
</context>
<context>
    <name>ComparisonController</name>
    <message>
        <source>Which photo?</source>
        <translation>Welches Foto?</translation>
    </message>
    <message>
        <source>Drop a photo here, or choose one. Nothing leaves this computer.</source>
        <translation>Ein Foto hier ablegen oder auswählen. Nichts verlässt diesen Computer.</translation>
    </message>
    <message>
        <source>Opening {name}…</source>
        <translation>{name} wird geöffnet …</translation>
    </message>
    <message>
        <source>This photo cannot be enlarged</source>
        <translation>Dieses Foto kann nicht vergrößert werden</translation>
    </message>
    <message>
        <source>computing…</source>
        <translation>wird berechnet …</translation>
    </message>
    <message>
        <source>This photo could not be opened</source>
        <translation>Dieses Foto konnte nicht geöffnet werden</translation>
    </message>
    <message>
        <source>No preview: {reason}</source>
        <translation>Keine Vorschau: {reason}</translation>
    </message>
</context>
<context>
    <name>ComparisonView</name>
    <message>
        <source>All models</source>
        <translation>Alle Modelle</translation>
    </message>
    <message>
        <source>Back to the list of models (Esc)</source>
        <translation>Zurück zur Liste der Modelle (Esc)</translation>
    </message>
    <message>
        <source>Another photo…</source>
        <translation>Anderes Foto …</translation>
    </message>
    <message>
        <source>Use for photos</source>
        <translation>Für Fotos verwenden</translation>
    </message>
    <message>
        <source>Blind test…</source>
        <translation>Blindtest …</translation>
    </message>
    <message>
        <source>Compare models without knowing which is which</source>
        <translation>Modelle vergleichen, ohne zu wissen, welches welches ist</translation>
    </message>
    <message>
        <source>Choose a photo…</source>
        <translation>Foto auswählen …</translation>
    </message>
    <message>
        <source>Take a sample</source>
        <translation>Beispiel nehmen</translation>
    </message>
    <message>
        <source>Show one picture alone to choose its model</source>
        <translation>Ein Bild allein zeigen, um sein Modell zu wählen</translation>
    </message>
    <message>
        <source>computing…</source>
        <translation>wird berechnet …</translation>
    </message>
    <message>
        <source>Photo</source>
        <translation>Foto</translation>
    </message>
    <message>
        <source>bicubic</source>
        <translation>bikubisch</translation>
    </message>
</context>
<context>
    <name>Curves</name>
    <message>
        <source>Losses</source>
        <translation>Verluste</translation>
    </message>
    <message>
        <source>Loss: {name}</source>
        <translation>Verlust: {name}</translation>
    </message>
    <message>
        <source>Resumed at step {step}</source>
        <translation>Bei Schritt {step} fortgesetzt</translation>
    </message>
</context>
<context>
    <name>DialControls</name>
    <message>
        <source>Restoration, from none to strong</source>
        <translation>Restaurierung, von keiner bis zu starker</translation>
    </message>
    <message>
        <source>How much noise, blur and traces of JPEG are removed.</source>
        <translation>Wie viel Rauschen, Unschärfe und JPEG-Spuren entfernt werden.</translation>
    </message>
    <message>
        <source>Auto</source>
        <translation>Auto</translation>
    </message>
    <message>
        <source>Estimate the restoration from each photo</source>
        <translation>Die Restaurierung aus jedem Foto schätzen</translation>
    </message>
    <message>
        <source>Restoration</source>
        <translation>Restaurierung</translation>
    </message>
    <message>
        <source>Fidelity, from vivid to faithful</source>
        <translation>Treue, von lebhaft bis treu</translation>
    </message>
    <message>
        <source>Fidelity</source>
        <translation>Treue</translation>
    </message>
    <message>
        <source>Vivid</source>
        <translation>Lebhaft</translation>
    </message>
    <message>
        <source>Faithful</source>
        <translation>Treu</translation>
    </message>
    <message>
        <source>Estimated from each photo.</source>
        <translation>Wird aus jedem Foto geschätzt.</translation>
    </message>
    <message>
        <source>The same for all photos you open next.</source>
        <translation>Gleich für alle Fotos, die Sie als Nächstes öffnen.</translation>
    </message>
    <message>
        <source>Auto would be {share} %: {reason}</source>
        <translation>Auto wäre {share} %: {reason}</translation>
    </message>
    <message>
        <source>Vivid results look sharp and may show detail that the photo does not have; faithful results keep to the photo.</source>
        <translation>Lebhafte Ergebnisse wirken scharf und zeigen vielleicht Details, die das Foto nicht hat; treue Ergebnisse halten sich an das Foto.</translation>
    </message>
    <message>
        <source>The mark is at {share} %, the default.</source>
        <translation>Die Marke steht bei {share} %, der Vorgabe.</translation>
    </message>
    <message>
        <source>The fidelity of this network is fixed.</source>
        <translation>Die Treue dieses Netzes ist fest.</translation>
    </message>
    <message>
        <source>The restoration of this network is fixed.</source>
        <translation>Die Restaurierung dieses Netzes ist fest.</translation>
    </message>
    <message>
        <source>This network has no dials: restoration and fidelity are fixed by its training.</source>
        <translation>Dieses Netz hat keine Regler: Restaurierung und Treue sind durch sein Training festgelegt.</translation>
    </message>
</context>
<context>
    <name>Dialogs</name>
    <message>
        <source>Open photos</source>
        <translation>Fotos öffnen</translation>
    </message>
    <message>
        <source>Choose a folder</source>
        <translation>Ordner wählen</translation>
    </message>
    <message>
        <source>Import a network</source>
        <translation>Netz importieren</translation>
    </message>
    <message>
        <source>ONNX networks (*.onnx)</source>
        <translation>ONNX-Netze (*.onnx)</translation>
    </message>
    <message>
        <source>Choose a file</source>
        <translation>Datei wählen</translation>
    </message>
    <message>
        <source>Save</source>
        <translation>Speichern</translation>
    </message>
    <message>
        <source>Value range of the network</source>
        <translation>Wertebereich des Netzes</translation>
    </message>
    <message>
        <source>{file} may expect one of several ranges of pixel values. Which one does its author state?</source>
        <translation>{file} könnte für mehrere Wertebereiche der Pixel gemacht sein. Welchen nennt der Autor?</translation>
    </message>
    <message>
        <source>{low} to {high}</source>
        <translation>{low} bis {high}</translation>
    </message>
    <message>
        <source>Photos</source>
        <translation>Fotos</translation>
    </message>
    <message>
        <source>All files</source>
        <translation>Alle Dateien</translation>
    </message>
</context>
<context>
    <name>EmptyState</name>
    <message>
        <source>Drop a photo to enlarge it</source>
        <translation>Foto zum Vergrößern hier ablegen</translation>
    </message>
    <message>
        <source>Photos and folders, anywhere in this window. Nothing leaves this computer.</source>
        <translation>Fotos und Ordner, irgendwo in diesem Fenster. Nichts verlässt diesen Rechner.</translation>
    </message>
    <message>
        <source>Choose photos…</source>
        <translation>Fotos wählen …</translation>
    </message>
    <message>
        <source>or begin with a sample</source>
        <translation>oder mit einem Beispiel beginnen</translation>
    </message>
</context>
<context>
    <name>EmptyView</name>
    <message>
        <source>No trainings yet</source>
        <translation>Noch keine Trainings</translation>
    </message>
    <message>
        <source>Train a network of your own on a folder of photos. A training goes on when the window is closed, and it can be paused and resumed without a difference in its result.</source>
        <translation>Trainieren Sie ein eigenes Netz mit einem Ordner voller Fotos. Ein Training läuft weiter, wenn das Fenster geschlossen wird; Anhalten und Fortsetzen ändern nichts an seinem Ergebnis.</translation>
    </message>
    <message>
        <source>New training</source>
        <translation>Neues Training</translation>
    </message>
    <message>
        <source>The folder of a run can be dropped here, too.</source>
        <translation>Auch der Ordner eines Laufs kann hier abgelegt werden.</translation>
    </message>
</context>
<context>
    <name>EndPage</name>
    <message>
        <source>Answers that are given before the names are known are the best ones: answer more questions first if some pairs were hard.</source>
        <translation>Antworten, bevor die Namen bekannt sind, sind die besten: Beantworten Sie erst weitere Fragen, wenn manche Paare schwierig waren.</translation>
    </message>
    <message>
        <source>Undo the last answer</source>
        <translation>Letzte Antwort zurücknehmen</translation>
    </message>
    <message>
        <source>Answer more questions</source>
        <translation>Weitere Fragen beantworten</translation>
    </message>
    <message>
        <source>Show names and ranking</source>
        <translation>Namen und Rangfolge zeigen</translation>
    </message>
    <message>
        <source>All questions are answered: {count} answers are saved.</source>
        <translation>Alle Fragen sind beantwortet: {count} Antworten sind gespeichert.</translation>
    </message>
</context>
<context>
    <name>Engine</name>
    <message>
        <source>Only the first picture of the file is used.</source>
        <translation>Nur das erste Bild der Datei wird verwendet.</translation>
    </message>
    <message>
        <source>{path}: appeared meanwhile and was kept; nothing was made</source>
        <translation>{path}: ist inzwischen aufgetaucht und blieb erhalten; es wurde nichts erzeugt</translation>
    </message>
    <message>
        <source>The color profile is damaged or does not fit the pixels: it is dropped.</source>
        <translation>Das Farbprofil ist beschädigt oder passt nicht zu den Pixeln: Es entfällt.</translation>
    </message>
    <message>
        <source>The maker note is valid only at its original place in the file: it is left out.</source>
        <translation>Die Herstellerangaben (MakerNote) sind an anderer Stelle nicht lesbar: Sie entfallen.</translation>
    </message>
    <message>
        <source>{name} of EXIF cannot be brought into the byte order of the result: it is left out.</source>
        <translation>{name} aus EXIF lässt sich nicht in die Bytefolge des Ergebnisses bringen: Es entfällt.</translation>
    </message>
    <message>
        <source>The EXIF block is broken and is dropped.</source>
        <translation>Der EXIF-Block ist beschädigt und entfällt.</translation>
    </message>
    <message>
        <source>The XMP packet is broken and is dropped.</source>
        <translation>Das XMP-Paket ist beschädigt und entfällt.</translation>
    </message>
    <message>
        <source>Content credentials (C2PA) are left out: they are valid for the original only.</source>
        <translation>Herkunftsnachweise (C2PA) entfallen: Sie gelten nur für das Original.</translation>
    </message>
    <message>
        <source>{path}: damaged or incomplete ({reason}); download or copy it again</source>
        <translation>{path}: beschädigt oder unvollständig ({reason}); erneut herunterladen oder kopieren</translation>
    </message>
    <message>
        <source>{count} damaged entries of the EXIF block are left out.</source>
        <translation>{count} beschädigte Einträge des EXIF-Blocks entfallen.</translation>
    </message>
    <message>
        <source>A damaged entry of the EXIF block is left out.</source>
        <translation>Ein beschädigter Eintrag des EXIF-Blocks entfällt.</translation>
    </message>
    <message>
        <source>{path}: not enough memory to decode it; close other programs, or save it as PNG or TIFF, which are read piece by piece</source>
        <translation>{path}: der Speicher reicht zum Lesen nicht; andere Programme schließen oder als PNG oder TIFF sichern, die stückweise gelesen werden</translation>
    </message>
    <message>
        <source>The depth map is left out.</source>
        <translation>Die Tiefenkarte entfällt.</translation>
    </message>
    <message>
        <source>Texts that repeat the sizes of the photo are left out.</source>
        <translation>Texte, die Maße des Fotos wiederholen, entfallen.</translation>
    </message>
    <message>
        <source>{path}: the disk is full; free some space or choose another folder</source>
        <translation>{path}: der Datenträger ist voll; Platz schaffen oder anderen Ordner wählen</translation>
    </message>
    <message>
        <source>An extra channel of zeros is not used as transparency: nothing would be visible.</source>
        <translation>Ein zusätzlicher Kanal aus Nullen gilt nicht als Transparenz: Man sähe nichts.</translation>
    </message>
    <message>
        <source>{path}: the file is empty; download or copy it again</source>
        <translation>{path}: die Datei ist leer; erneut herunterladen oder kopieren</translation>
    </message>
    <message>
        <source>{path}: {operation} failed ({reason}); choose another format</source>
        <translation>{path}: {operation} ist gescheitert ({reason}); anderes Format wählen</translation>
    </message>
    <message>
        <source>{factor} times cannot be reached with networks of scale {scales}; choose a smaller size</source>
        <translation>Das {factor}fache ist mit Netzen der Faktoren {scales} nicht erreichbar; kleinere Größe wählen</translation>
    </message>
    <message>
        <source>{kind} {value} enlarges {width} x {height} px {factor} times; at most {most} times is possible</source>
        <translation>{kind} {value} vergrößert {width} x {height} px auf das {factor}fache; höchstens das {most}fache ist möglich</translation>
    </message>
    <message>
        <source>{format} keeps {kept} bits of {wanted} per channel.</source>
        <translation>{format} behält {kept} von {wanted} Bit je Kanal.</translation>
    </message>
    <message>
        <source>{value}: expected true or false</source>
        <translation>{value}: erwartet wird true oder false</translation>
    </message>
    <message>
        <source>{value}: expected one of {choices}</source>
        <translation>{value}: erwartet wird eins von {choices}</translation>
    </message>
    <message>
        <source>{value}: expected values of its own below it</source>
        <translation>{value}: erwartet werden eigene Werte darunter</translation>
    </message>
    <message>
        <source>{value}: expected a whole number</source>
        <translation>{value}: erwartet wird eine ganze Zahl</translation>
    </message>
    <message>
        <source>{value}: expected a whole number of at least {least}</source>
        <translation>{value}: erwartet wird eine ganze Zahl ab {least}</translation>
    </message>
    <message>
        <source>{value}: expected a whole number from {least} to {most}</source>
        <translation>{value}: erwartet wird eine ganze Zahl von {least} bis {most}</translation>
    </message>
    <message>
        <source>is missing</source>
        <translation>fehlt</translation>
    </message>
    <message>
        <source>{value}: expected a number</source>
        <translation>{value}: erwartet wird eine Zahl</translation>
    </message>
    <message>
        <source>{value}: expected a number above {least}</source>
        <translation>{value}: erwartet wird eine Zahl über {least}</translation>
    </message>
    <message>
        <source>{value}: expected a number of at least {least}</source>
        <translation>{value}: erwartet wird eine Zahl ab {least}</translation>
    </message>
    <message>
        <source>{value}: expected a number from {least} to {most}</source>
        <translation>{value}: erwartet wird eine Zahl von {least} bis {most}</translation>
    </message>
    <message>
        <source>blurred</source>
        <translation>unscharf</translation>
    </message>
    <message>
        <source>no visible damage</source>
        <translation>keine sichtbaren Schäden</translation>
    </message>
    <message>
        <source>compressed more strongly before</source>
        <translation>zuvor stärker komprimiert</translation>
    </message>
    <message>
        <source>faint noise or compression</source>
        <translation>schwaches Rauschen oder schwache Kompression</translation>
    </message>
    <message>
        <source>JPEG quality about {quality}</source>
        <translation>JPEG-Qualität etwa {quality}</translation>
    </message>
    <message>
        <source>traces of JPEG quality {quality}</source>
        <translation>Spuren von JPEG-Qualität {quality}</translation>
    </message>
    <message>
        <source>too little detail to be judged</source>
        <translation>zu wenig Details für ein Urteil</translation>
    </message>
    <message>
        <source>little noise</source>
        <translation>wenig Rauschen</translation>
    </message>
    <message>
        <source>much noise</source>
        <translation>starkes Rauschen</translation>
    </message>
    <message>
        <source>slightly blurred</source>
        <translation>leicht unscharf</translation>
    </message>
    <message>
        <source>some noise</source>
        <translation>etwas Rauschen</translation>
    </message>
    <message>
        <source>{path}: a folder, not a picture; name the pictures in it</source>
        <translation>{path}: ein Ordner, kein Bild; die Bilder darin nennen</translation>
    </message>
    <message>
        <source>{path}: {width}x{height} px do not fit {format}, whose sides end at {limit} px; choose TIFF or PNG, or a smaller size</source>
        <translation>{path}: {width}x{height} px passen nicht in {format}, dessen Seiten bei {limit} px enden; TIFF, PNG oder eine kleinere Größe wählen</translation>
    </message>
    <message>
        <source>The gain map for HDR screens is left out: the result is for standard screens.</source>
        <translation>Die Gain-Map für HDR-Bildschirme entfällt: Das Bild ist das für gewöhnliche Bildschirme.</translation>
    </message>
    <message>
        <source>The geographic reference of the pixels is left out.</source>
        <translation>Der geografische Bezug der Pixel entfällt.</translation>
    </message>
    <message>
        <source>The metadata do not fit a TIFF of this size: they are left out.</source>
        <translation>Die Metadaten passen nicht in ein TIFF dieser Größe: Sie entfallen.</translation>
    </message>
    <message>
        <source>A print resolution of {dpi} dpi is impossible: it is left out.</source>
        <translation>Eine Druckauflösung von {dpi} dpi ist unmöglich: Sie entfällt.</translation>
    </message>
    <message>
        <source>A part of the XMP is missing in the file: the rest is kept.</source>
        <translation>Ein Teil des XMP fehlt in der Datei: Der Rest bleibt erhalten.</translation>
    </message>
    <message>
        <source>The photo is already large enough: no network was needed</source>
        <translation>Das Foto ist schon groß genug: Es brauchte kein Netz</translation>
    </message>
    <message>
        <source>Photoshop&apos;s layers are left out.</source>
        <translation>Die Ebenen von Photoshop entfallen.</translation>
    </message>
    <message>
        <source>The description of the file&apos;s layout by {program} is left out.</source>
        <translation>Die Beschreibung des Dateiaufbaus von {program} entfällt.</translation>
    </message>
    <message>
        <source>{file}: lines that are not events were skipped: {count}; the first: {line}</source>
        <translation>{file}: Zeilen, die keine Ereignisse sind, wurden übergangen: {count}; die erste: {line}</translation>
    </message>
    <message>
        <source>A comment is longer than JPEG can hold: it is left out.</source>
        <translation>Ein Kommentar ist länger, als JPEG fasst: Er entfällt.</translation>
    </message>
    <message>
        <source>With its maker note, EXIF is longer than JPEG can hold: the note is left out.</source>
        <translation>Mit den Herstellerangaben (MakerNote) ist EXIF länger, als JPEG fasst: Sie entfallen.</translation>
    </message>
    <message>
        <source>The transparency mask on a page of its own is not used.</source>
        <translation>Die Transparenzmaske auf eigener Seite wird nicht verwendet.</translation>
    </message>
    <message>
        <source>Memory was short: {free} free, {wanted} wanted</source>
        <translation>Der Speicher war knapp: {free} frei, {wanted} gewünscht</translation>
    </message>
    <message>
        <source>{path}: {what} need an optional package; pip install &quot;mfagan-studio[{extra}]&quot;</source>
        <translation>{path}: {what} brauchen ein Zusatzpaket; pip install &quot;mfagan-studio[{extra}]&quot;</translation>
    </message>
    <message>
        <source>Memory is not sufficient even for tiles of {tile} px; close other programs, choose a smaller model or run on the CPU (device cpu)</source>
        <translation>Der Speicher reicht nicht einmal für Kacheln von {tile} px; andere Programme schließen, ein kleineres Modell wählen oder auf der CPU rechnen</translation>
    </message>
    <message>
        <source>{path}: not a picture in a format that can be read; save it as PNG, TIFF or JPEG</source>
        <translation>{path}: kein Bild einer Art, die gelesen wird; als PNG, TIFF oder JPEG sichern</translation>
    </message>
    <message>
        <source>{format} holds no {block} block: it is dropped.</source>
        <translation>{format} fasst keinen {block}-Block: Er entfällt.</translation>
    </message>
    <message>
        <source>{model} has no fidelity: it had no effect</source>
        <translation>{model} hat keine Treue: Sie blieb ohne Wirkung</translation>
    </message>
    <message>
        <source>{model} has no restoration: it had no effect</source>
        <translation>{model} hat keine Restaurierung: Sie blieb ohne Wirkung</translation>
    </message>
    <message>
        <source>{folder}: {name} needs at least {needed} there, {free} are free; free some space or choose another folder</source>
        <translation>{folder}: {name} braucht dort mindestens {needed}, {free} sind frei; Platz schaffen oder anderen Ordner wählen</translation>
    </message>
    <message>
        <source>There is no network of scale {scale}; choose another model</source>
        <translation>Es gibt kein Netz mit Faktor {scale}; anderes Modell wählen</translation>
    </message>
    <message>
        <source>The file is named without a suffix but holds {format}.</source>
        <translation>Die Datei hat keine Endung, enthält aber {format}.</translation>
    </message>
    <message>
        <source>{format} holds no texts such as {keywords}: they are left out.</source>
        <translation>{format} fasst keine Texte wie {keywords}: Sie entfallen.</translation>
    </message>
    <message>
        <source>The file has irregularities ({warning}): check whether a part of the picture is missing.</source>
        <translation>Die Datei ist nicht ganz in Ordnung ({warning}): Bitte nachsehen, ob ein Teil fehlt.</translation>
    </message>
    <message>
        <source>JPEG has no transparency: transparent areas become white.</source>
        <translation>JPEG kennt keine Transparenz: Das Bild steht auf Weiß.</translation>
    </message>
    <message>
        <source>Only the first of {count} pages or frames is used.</source>
        <translation>Nur die erste von {count} Seiten oder Einzelbildern wird verwendet.</translation>
    </message>
    <message>
        <source>There is no network that enlarges: this one restores a photo at its own size; choose the factor 1 (--scale 1) or another model</source>
        <translation>Kein Netz vergrößert hier: Dieses stellt ein Foto in seiner eigenen Größe wieder her; den Faktor 1 oder ein anderes Modell wählen</translation>
    </message>
    <message>
        <source>Data of other kinds in the JPEG are left out ({names}).</source>
        <translation>Daten anderer Art im JPEG entfallen ({names}).</translation>
    </message>
    <message>
        <source>this needs packages that are not installed: pip install &quot;mfagan-studio[{extra}]&quot;</source>
        <translation>dazu fehlen Pakete: pip install &quot;mfagan-studio[{extra}]&quot;</translation>
    </message>
    <message>
        <source>Metadata that are packed with Brotli cannot be read: they are left out.</source>
        <translation>Mit Brotli gepackte Metadaten sind nicht lesbar: Sie entfallen.</translation>
    </message>
    <message>
        <source>The file says that its pixels are {across}:{down}: they are taken as square.</source>
        <translation>Laut Datei sind die Pixel {across}:{down}: Sie gelten als quadratisch.</translation>
    </message>
    <message>
        <source>Developed from camera raw to sRGB; the file&apos;s metadata is not kept.</source>
        <translation>Aus dem Rohbild der Kamera nach sRGB entwickelt; die Metadaten der Datei bleiben nicht erhalten.</translation>
    </message>
    <message>
        <source>All pages of the file are marked as reduced copies: the first one is used.</source>
        <translation>Laut Datei enthält sie nur verkleinerte Kopien: Die erste wird verwendet.</translation>
    </message>
    <message>
        <source>{folder}: is finished; to train further, start a run with more steps from its weights</source>
        <translation>{folder}: ist abgeschlossen; zum Weitertrainieren einen Lauf mit mehr Schritten von seinen Gewichten aus starten</translation>
    </message>
    <message>
        <source>{folder}: this run folder is gone; it was moved or deleted</source>
        <translation>{folder}: Dieser Laufordner ist nicht mehr da; er wurde verschoben oder gelöscht</translation>
    </message>
    <message>
        <source>{folder}: is not running; resume it to continue</source>
        <translation>{folder}: läuft nicht; zum Weitermachen fortsetzen</translation>
    </message>
    <message>
        <source>{folder}: has not started; resume it to start it</source>
        <translation>{folder}: hat noch nicht begonnen; zum Starten fortsetzen</translation>
    </message>
    <message>
        <source>{folder}: is running already; pause or stop it first</source>
        <translation>{folder}: läuft bereits; erst anhalten oder beenden</translation>
    </message>
    <message>
        <source>{folder}: {needed} of scratch space are needed, {free} are free; free some space or choose another folder</source>
        <translation>{folder}: {needed} Arbeitsplatz sind nötig, {free} sind frei; Platz schaffen oder anderen Ordner wählen</translation>
    </message>
    <message>
        <source>Memory ran out; continued with tiles of {tile} px</source>
        <translation>Der Speicher ging aus; weiter mit Kacheln von {tile} px</translation>
    </message>
    <message>
        <source>Name template {template}: no field {field}; there are {known}</source>
        <translation>Namensvorlage {template}: kein Feld {field}; es gibt {known}</translation>
    </message>
    <message>
        <source>Name template {template} names a folder; use --output for that</source>
        <translation>Die Namensvorlage {template} nennt einen Ordner; dafür ist der Ausgabeordner da</translation>
    </message>
    <message>
        <source>{path}: exists already; choose another name</source>
        <translation>{path}: gibt es schon; einen anderen Namen wählen</translation>
    </message>
    <message>
        <source>{path}: is one of the compared photos; choose another name</source>
        <translation>{path}: ist eines der verglichenen Fotos; einen anderen Namen wählen</translation>
    </message>
    <message>
        <source>Name template {template} needs {{name}}, or all results are alike</source>
        <translation>Die Namensvorlage {template} braucht {{name}}, sonst heißen alle Ergebnisse gleich</translation>
    </message>
    <message>
        <source>{block} is longer than {format} can hold: it is dropped.</source>
        <translation>{block} ist länger, als {format} fasst: Es entfällt.</translation>
    </message>
    <message>
        <source>{path}: {width}x{height} are {megapixels} megapixels, the limit is {limit}; raise the limit if you trust the file</source>
        <translation>{path}: {width}x{height} sind {megapixels} Megapixel, erlaubt sind {limit}; die Grenze anheben, wenn der Datei zu trauen ist</translation>
    </message>
    <message>
        <source>EXIF and XMP could not be added to this AVIF: they are left out.</source>
        <translation>EXIF und XMP ließen sich diesem AVIF nicht anfügen: Sie entfallen.</translation>
    </message>
    <message>
        <source>A text in the file is damaged and is left out.</source>
        <translation>Ein Text in der Datei ist beschädigt und entfällt.</translation>
    </message>
    <message>
        <source>{path}: cannot be read ({reason}); check its name and your permissions</source>
        <translation>{path}: kann nicht gelesen werden ({reason}); Namen und Rechte prüfen</translation>
    </message>
    <message>
        <source>The color profile cannot be used: it is dropped.</source>
        <translation>Das Farbprofil ist nicht brauchbar: Es entfällt.</translation>
    </message>
    <message>
        <source>{path}: cannot be written ({reason}); choose another folder</source>
        <translation>{path}: kann nicht geschrieben werden ({reason}); anderen Ordner wählen</translation>
    </message>
    <message>
        <source>The video of this motion photo is left out.</source>
        <translation>Das Video dieses Bewegtfotos entfällt.</translation>
    </message>
    <message>
        <source>The file is named {suffix} but holds {format}.</source>
        <translation>Die Datei heißt {suffix}, enthält aber {format}.</translation>
    </message>
    <message>
        <source>A setting is not valid</source>
        <translation>Eine Einstellung ist nicht gültig</translation>
    </message>
    <message>
        <source>The name is unknown</source>
        <translation>Der Name ist unbekannt</translation>
    </message>
    <message>
        <source>The picture cannot be used</source>
        <translation>Das Bild ist nicht brauchbar</translation>
    </message>
    <message>
        <source>The picture is damaged or cannot be read</source>
        <translation>Das Bild ist beschädigt oder nicht lesbar</translation>
    </message>
    <message>
        <source>This picture format is not supported</source>
        <translation>Dieses Bildformat wird nicht unterstützt</translation>
    </message>
    <message>
        <source>The picture is too large</source>
        <translation>Das Bild ist zu groß</translation>
    </message>
    <message>
        <source>The result does not fit the format</source>
        <translation>Das Ergebnis passt nicht in das Format</translation>
    </message>
    <message>
        <source>The result cannot be written</source>
        <translation>Das Ergebnis kann nicht geschrieben werden</translation>
    </message>
    <message>
        <source>A file with that name exists already</source>
        <translation>Eine Datei dieses Namens ist schon da</translation>
    </message>
    <message>
        <source>The disk is full</source>
        <translation>Der Datenträger ist voll</translation>
    </message>
    <message>
        <source>The model cannot be used</source>
        <translation>Das Modell ist nicht brauchbar</translation>
    </message>
    <message>
        <source>The card of the model is damaged</source>
        <translation>Die Karte des Modells ist beschädigt</translation>
    </message>
    <message>
        <source>This network is not supported</source>
        <translation>Dieses Netz wird nicht unterstützt</translation>
    </message>
    <message>
        <source>The network could not be run</source>
        <translation>Das Netz ließ sich nicht ausführen</translation>
    </message>
    <message>
        <source>There is not enough memory</source>
        <translation>Der Speicher reicht nicht</translation>
    </message>
    <message>
        <source>The network returned no picture</source>
        <translation>Das Netz lieferte kein Bild</translation>
    </message>
    <message>
        <source>An optional package is not installed</source>
        <translation>Ein Zusatzpaket ist nicht installiert</translation>
    </message>
</context>
<context>
    <name>ExportForm</name>
    <message>
        <source>Model or training</source>
        <translation>Modell oder Training</translation>
    </message>
    <message>
        <source>Folder of a training…</source>
        <translation>Ordner eines Trainings …</translation>
    </message>
    <message>
        <source>Restoration</source>
        <translation>Restaurierung</translation>
    </message>
    <message>
        <source>Fidelity</source>
        <translation>Treue</translation>
    </message>
    <message>
        <source>Photos to calibrate 8 bits with</source>
        <translation>Fotos zum Kalibrieren von 8 Bit</translation>
    </message>
    <message>
        <source>Optional folder</source>
        <translation>Ordner (freiwillig)</translation>
    </message>
    <message>
        <source>Choose…</source>
        <translation>Wählen …</translation>
    </message>
    <message>
        <source>Photos to measure the loss on</source>
        <translation>Fotos zum Messen des Verlusts</translation>
    </message>
    <message>
        <source>Save as</source>
        <translation>Speichern als</translation>
    </message>
    <message>
        <source>Name of the bundle</source>
        <translation>Name des Pakets</translation>
    </message>
    <message>
        <source>Export</source>
        <translation>Exportieren</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>Stoppen</translation>
    </message>
    <message>
        <source>Training {name}</source>
        <translation>Training {name}</translation>
    </message>
    <message>
        <source>0 none, 1 strong</source>
        <translation>0 keine, 1 stark</translation>
    </message>
    <message>
        <source>0 vivid, 1 faithful</source>
        <translation>0 lebhaft, 1 treu</translation>
    </message>
    <message>
        <source>One bundle with files for phones and other programs, each verified here.</source>
        <translation>Ein Paket mit Dateien für Telefone und andere Programme, jede hier geprüft.</translation>
    </message>
</context>
<context>
    <name>ExportPage</name>
    <message>
        <source>This is neither a training nor a bundle</source>
        <translation>Das ist weder ein Training noch ein Paket</translation>
    </message>
    <message>
        <source>{name} is no model and no finished training</source>
        <translation>{name} ist kein Modell und kein abgeschlossenes Training</translation>
    </message>
    <message>
        <source>Loading the network…</source>
        <translation>Netz wird geladen …</translation>
    </message>
    <message>
        <source>Stopped. Export again to go on where it was.</source>
        <translation>Gestoppt. Ein neuer Export macht dort weiter.</translation>
    </message>
    <message>
        <source>{name} is ready</source>
        <translation>{name} ist fertig</translation>
    </message>
    <message>
        <source>Checking the bundle…</source>
        <translation>Paket wird geprüft …</translation>
    </message>
    <message>
        <source>Checked: nothing is changed, and its ONNX files make the right pictures.</source>
        <translation>Geprüft: Nichts ist verändert, und die ONNX-Dateien ergeben die richtigen Bilder.</translation>
    </message>
    <message>
        <source>There is no model and no finished training to export.</source>
        <translation>Es gibt kein Modell und kein abgeschlossenes Training zum Exportieren.</translation>
    </message>
    <message>
        <source>Choose at least one target.</source>
        <translation>Mindestens ein Ziel wählen.</translation>
    </message>
    <message>
        <source>Name the bundle.</source>
        <translation>Das Paket benennen.</translation>
    </message>
    <message>
        <source>This file exists already; name another.</source>
        <translation>Diese Datei gibt es schon; eine andere nennen.</translation>
    </message>
</context>
<context>
    <name>ExportTargets</name>
    <message>
        <source>Any size, and fixed sizes for phones; float32</source>
        <translation>Jede Größe, dazu feste Größen für Telefone; float32</translation>
    </message>
    <message>
        <source>Half the size, for GPUs</source>
        <translation>Halb so groß, für Grafikkarten</translation>
    </message>
    <message>
        <source>8-bit weights and activations, for CPUs</source>
        <translation>Gewichte und Aktivierungen in 8 Bit, für Prozessoren</translation>
    </message>
    <message>
        <source>Takes and gives 8-bit pictures</source>
        <translation>Nimmt und liefert 8-Bit-Bilder</translation>
    </message>
    <message>
        <source>Without the last pixel shuffle, for accelerators that lack it</source>
        <translation>Ohne den letzten Pixel-Shuffle, für Beschleuniger ohne ihn</translation>
    </message>
    <message>
        <source>For small builds of ONNX Runtime</source>
        <translation>Für kleine Ausgaben von ONNX Runtime</translation>
    </message>
    <message>
        <source>Package for darktable&apos;s upscale module</source>
        <translation>Paket für das Vergrößern in darktable</translation>
    </message>
    <message>
        <source>For phones and single-board computers</source>
        <translation>Für Telefone und Einplatinenrechner</translation>
    </message>
    <message>
        <source>For Android (TensorFlow Lite)</source>
        <translation>Für Android (TensorFlow Lite)</translation>
    </message>
    <message>
        <source>For Android, half the size</source>
        <translation>Für Android, halb so groß</translation>
    </message>
    <message>
        <source>For Android, in 8 bits</source>
        <translation>Für Android, in 8 Bit</translation>
    </message>
    <message>
        <source>For processors and GPUs of Intel</source>
        <translation>Für Prozessoren und Grafik von Intel</translation>
    </message>
    <message>
        <source>For phones, with MNN</source>
        <translation>Für Telefone, mit MNN</translation>
    </message>
    <message>
        <source>For iPhones, iPads and Macs</source>
        <translation>Für iPhones, iPads und Macs</translation>
    </message>
    <message>
        <source>For apps with PyTorch&apos;s runtime</source>
        <translation>Für Apps mit der Laufzeit von PyTorch</translation>
    </message>
    <message>
        <source>ONNX, 8-bit pictures</source>
        <translation>ONNX, 8-Bit-Bilder</translation>
    </message>
    <message>
        <source>ONNX without shuffle</source>
        <translation>ONNX ohne Shuffle</translation>
    </message>
    <message>
        <source>ORT format</source>
        <translation>ORT-Format</translation>
    </message>
    <message>
        <source>Possible</source>
        <translation>Möglich</translation>
    </message>
    <message>
        <source>Not installed</source>
        <translation>Nicht installiert</translation>
    </message>
    <message>
        <source>Not possible</source>
        <translation>Nicht möglich</translation>
    </message>
    <message>
        <source>Waiting</source>
        <translation>Wartet</translation>
    </message>
    <message>
        <source>Converting…</source>
        <translation>Wird umgewandelt …</translation>
    </message>
    <message>
        <source>Verifying…</source>
        <translation>Wird geprüft …</translation>
    </message>
    <message>
        <source>Verified</source>
        <translation>Geprüft</translation>
    </message>
    <message>
        <source>Written, not run here</source>
        <translation>Geschrieben, hier nicht ausgeführt</translation>
    </message>
    <message>
        <source>Failed</source>
        <translation>Fehlgeschlagen</translation>
    </message>
</context>
<context>
    <name>FieldHelp</name>
    <message>
        <source>.npz file with the weights of the network.</source>
        <translation>.npz-Datei mit den Gewichten des Netzes.</translation>
    </message>
    <message>
        <source>1 - SSIM.</source>
        <translation>1 − SSIM.</translation>
    </message>
    <message>
        <source>A search of generators; the trainings of a search of discriminators start from its best generator.</source>
        <translation>Eine Suche nach Generatoren; die Trainings einer Suche nach Diskriminatoren beginnen mit deren bestem Generator.</translation>
    </message>
    <message>
        <source>A training recipe, as plain values. Its generator is the candidate; in a search of discriminators its discriminator is.</source>
        <translation>Ein Trainingsrezept als einfache Werte. Sein Generator ist der Kandidat; in einer Suche nach Diskriminatoren ist es sein Diskriminator.</translation>
    </message>
    <message>
        <source>Absolute (l1) or squared (l2) error. A last stage of 3,250 steps with l2 changed an mfanet of 32 channels and 4 blocks by +0.006 dB on Set14 and -0.04 on Set5.</source>
        <translation>Absoluter (l1) oder quadratischer (l2) Fehler. Eine letzte Stufe von 3.250 Schritten mit l2 veränderte ein mfanet mit 32 Kanälen und 4 Blöcken um +0,006 dB auf Set14 und um −0,04 auf Set5.</translation>
    </message>
    <message>
        <source>Additional weight of the difference in smooth areas, where grain is seen.</source>
        <translation>Zusätzliches Gewicht des Unterschieds in glatten Flächen, wo Körnung zu sehen ist.</translation>
    </message>
    <message>
        <source>Architecture and size of the discriminator.</source>
        <translation>Architektur und Größe des Diskriminators.</translation>
    </message>
    <message>
        <source>Architecture and size of the discriminators.</source>
        <translation>Architektur und Größe der Diskriminatoren.</translation>
    </message>
    <message>
        <source>Architecture and size of the network to train.</source>
        <translation>Architektur und Größe des Netzes, das trainiert wird.</translation>
    </message>
    <message>
        <source>Architecture and size; as stored with the weights if not given.</source>
        <translation>Architektur und Größe; ohne Angabe wie bei den Gewichten gespeichert.</translation>
    </message>
    <message>
        <source>Areas that become lighter or darker as a whole.</source>
        <translation>Flächen, die als Ganzes heller oder dunkler werden.</translation>
    </message>
    <message>
        <source>As in a training recipe.</source>
        <translation>Wie in einem Trainingsrezept.</translation>
    </message>
    <message>
        <source>Author of the ONNX file, for the student&apos;s model card.</source>
        <translation>Urheber der ONNX-Datei, für die Modellkarte des Schülers.</translation>
    </message>
    <message>
        <source>Blur.</source>
        <translation>Unschärfe.</translation>
    </message>
    <message>
        <source>Candidates in a generation of nsga2, gan-compression and ofa.</source>
        <translation>Kandidaten in einer Generation von nsga2, gan-compression und ofa.</translation>
    </message>
    <message>
        <source>Chooses photos and crops.</source>
        <translation>Wählt Fotos und Ausschnitte.</translation>
    </message>
    <message>
        <source>Decay of the EMA weights, which are the ones that are exported.</source>
        <translation>Abklingen der gemittelten Gewichte (EMA), die auch exportiert werden.</translation>
    </message>
    <message>
        <source>Depth of the body; as published if not given.</source>
        <translation>Tiefe des Rumpfes; ohne Angabe wie veröffentlicht.</translation>
    </message>
    <message>
        <source>Difference of the Gram matrices of the features.</source>
        <translation>Unterschied der Gram-Matrizen der Merkmale.</translation>
    </message>
    <message>
        <source>Difference of the Gram matrices of these features.</source>
        <translation>Unterschied der Gram-Matrizen dieser Merkmale.</translation>
    </message>
    <message>
        <source>Difference of the features of a network.</source>
        <translation>Unterschied der Merkmale eines Netzes.</translation>
    </message>
    <message>
        <source>Difference of the features of the student&apos;s and the teacher&apos;s picture.</source>
        <translation>Unterschied der Merkmale des Bildes des Schülers von denen des Lehrers.</translation>
    </message>
    <message>
        <source>Difference of the pixel-to-pixel affinities of the maps (FAKD).</source>
        <translation>Unterschied der Ähnlichkeiten zwischen den Pixeln der Merkmalskarten (FAKD).</translation>
    </message>
    <message>
        <source>Discriminators of cells, the second stage of TPSR&apos;s search; our reconstruction.</source>
        <translation>Diskriminatoren aus Zellen, die zweite Stufe der Suche von TPSR; unser Nachbau.</translation>
    </message>
    <message>
        <source>Error of color differences, against tints along edges.</source>
        <translation>Fehler der Farbunterschiede, gegen Farbstiche an Kanten.</translation>
    </message>
    <message>
        <source>Error where it varies from pixel to pixel and the averaged generator has a smaller one. Paper: Liang et al. 2022, arXiv 2203.09195.</source>
        <translation>Fehler dort, wo er von Pixel zu Pixel schwankt und der gemittelte Generator einen kleineren hat. Veröffentlichung: Liang et al. 2022, arXiv 2203.09195.</translation>
    </message>
    <message>
        <source>Factor between LR and SR sides.</source>
        <translation>Verhältnis der Seiten des großen Bildes zu denen des kleinen.</translation>
    </message>
    <message>
        <source>Factor of all shares and ranges: 0 leaves bicubic downsampling alone, 1 is as published. Given two numbers, each batch draws one between them.</source>
        <translation>Faktor aller Anteile und Bereiche: 0 lässt nur die bikubische Verkleinerung, 1 ist wie veröffentlicht. Sind es zwei Zahlen, zieht jeder Stapel eine dazwischen.</translation>
    </message>
    <message>
        <source>Folder of the LR photos, with the same names in the same subfolders, or with a suffix such as x4; LR is made from HR if not given.</source>
        <translation>Ordner der kleinen Fotos, mit gleichen Namen in gleichen Unterordnern, oder mit einem Zusatz wie x4; ohne ihn werden sie aus den großen gemacht.</translation>
    </message>
    <message>
        <source>Folder where decoded photos are kept between runs; the user&apos;s cache if not given.</source>
        <translation>Ordner, in dem dekodierte Fotos zwischen Läufen bleiben; ohne Angabe der Zwischenspeicher des Benutzers.</translation>
    </message>
    <message>
        <source>GAN loss.</source>
        <translation>GAN-Verlust.</translation>
    </message>
    <message>
        <source>Gaussian of any proportions and angle.</source>
        <translation>Gauß-Kern mit beliebigen Verhältnissen und beliebigem Winkel.</translation>
    </message>
    <message>
        <source>Generalized Gaussian of any proportions and angle.</source>
        <translation>Verallgemeinerter Gauß-Kern mit beliebigen Verhältnissen und beliebigem Winkel.</translation>
    </message>
    <message>
        <source>Generators of TPSR: a chain, two branches behind it and a shortcut, of searched operations.</source>
        <translation>Generatoren von TPSR: eine Kette, dahinter zwei Zweige und eine Abkürzung, aus gesuchten Operationen.</translation>
    </message>
    <message>
        <source>HR photos, such as the training photos; never the photos of a benchmark, on which the result is judged later.</source>
        <translation>Große Fotos, etwa die Trainingsfotos; nie die eines Vergleichs, an dem das Ergebnis später beurteilt wird.</translation>
    </message>
    <message>
        <source>Height of the LR input that latency, MACs and memory are for.</source>
        <translation>Höhe des kleinen Bildes, für das Latenz, MACs und Speicher gelten.</translation>
    </message>
    <message>
        <source>How LR is made from HR.</source>
        <translation>Wie kleine Fotos aus großen gemacht werden.</translation>
    </message>
    <message>
        <source>How a picked candidate is trained further.</source>
        <translation>Wie ein gewählter Kandidat weiter trainiert wird.</translation>
    </message>
    <message>
        <source>How candidates are chosen: nsga2 and tpe find a front, gan-compression and ofa are the evolutions of those papers, for one objective under constraints; random draws networks of all costs equally often, uniform scales widths and depth of the whole network together.</source>
        <translation>Wie Kandidaten gewählt werden: nsga2 und tpe finden eine Front; gan-compression und ofa sind die Evolutionen dieser Veröffentlichungen, für ein Ziel unter Bedingungen; random zieht Netze jeder Größe gleich oft; uniform ändert Breiten und Tiefe des ganzen Netzes gemeinsam.</translation>
    </message>
    <message>
        <source>How each candidate is trained, instead of a supernet.</source>
        <translation>Wie jeder Kandidat trainiert wird, statt eines Supernetzes.</translation>
    </message>
    <message>
        <source>How often a batch gets Gaussian noise; otherwise it gets shot (Poisson) noise.</source>
        <translation>Wie oft ein Stapel Gauß-Rauschen bekommt; sonst bekommt er Schrotrauschen (Poisson).</translation>
    </message>
    <message>
        <source>How often a batch is enlarged.</source>
        <translation>Wie oft ein Stapel vergrößert wird.</translation>
    </message>
    <message>
        <source>How often a batch is made smaller.</source>
        <translation>Wie oft ein Stapel verkleinert wird.</translation>
    </message>
    <message>
        <source>How often a batch keeps its size.</source>
        <translation>Wie oft ein Stapel seine Größe behält.</translation>
    </message>
    <message>
        <source>How often one of filters is drawn; otherwise the filter is antialiased bicubic. Bilinear downsampling without antialiasing causes aliasing.</source>
        <translation>Wie oft einer der Filter gezogen wird; sonst ist es bikubisch mit Glättung. Bilineare Verkleinerung ohne Glättung führt zu Treppenmustern.</translation>
    </message>
    <message>
        <source>How often the sinc filter comes before the compression.</source>
        <translation>Wie oft der Sinc-Filter vor der Kompression kommt.</translation>
    </message>
    <message>
        <source>How the learning rate falls.</source>
        <translation>Wie die Lernrate fällt.</translation>
    </message>
    <message>
        <source>Id of a device profile, or its JSON file, for the metric latency_ms.</source>
        <translation>Kennung eines Geräteprofils oder dessen JSON-Datei, für die Größe latency_ms.</translation>
    </message>
    <message>
        <source>Id of a model, ONNX file that mfagan export wrote, or safetensors file with the averaged weights of a run. Required, except with onnx or random.</source>
        <translation>Kennung eines Modells, ONNX-Datei von mfagan export oder Safetensors-Datei mit den gemittelten Gewichten eines Laufs. Nötig, außer mit onnx oder random.</translation>
    </message>
    <message>
        <source>Id of another generator of that search.</source>
        <translation>Kennung eines anderen Generators dieser Suche.</translation>
    </message>
    <message>
        <source>Imitate random weights instead, for tests.</source>
        <translation>Stattdessen zufällige Gewichte nachahmen, für Tests.</translation>
    </message>
    <message>
        <source>Input values of black and white of the ONNX file; detected if not given.</source>
        <translation>Eingabewerte für Schwarz und Weiß der ONNX-Datei; ohne Angabe werden sie erkannt.</translation>
    </message>
    <message>
        <source>Isotropic Gaussian.</source>
        <translation>Runder Gauß-Kern.</translation>
    </message>
    <message>
        <source>Isotropic generalized Gaussian, whose tails general_beta shapes.</source>
        <translation>Runder verallgemeinerter Gauß-Kern, dessen Ausläufer general_beta formt.</translation>
    </message>
    <message>
        <source>Isotropic kernel with a flat top, whose edge plateau_beta shapes.</source>
        <translation>Runder Kern mit flacher Spitze, deren Rand plateau_beta formt.</translation>
    </message>
    <message>
        <source>Kernel size of an mfanet&apos;s tail; 3 if not given.</source>
        <translation>Kerngröße der letzten Faltung eines mfanet; ohne Angabe 3.</translation>
    </message>
    <message>
        <source>Kernel size of the last stage of each block of an mfanet; 3 if not given.</source>
        <translation>Kerngröße der letzten Stufe jedes Blocks eines mfanet; ohne Angabe 3.</translation>
    </message>
    <message>
        <source>Kernel sizes of the last stage, chosen for each block.</source>
        <translation>Kerngrößen der letzten Stufe, für jeden Block gewählt.</translation>
    </message>
    <message>
        <source>Kernel sizes of the tail.</source>
        <translation>Kerngrößen der letzten Faltung.</translation>
    </message>
    <message>
        <source>Kernel with a flat top, of any proportions and angle.</source>
        <translation>Kern mit flacher Spitze, mit beliebigen Verhältnissen und beliebigem Winkel.</translation>
    </message>
    <message>
        <source>LPIPS network (ONNX, inputs ref and dist), for the metric lpips.</source>
        <translation>LPIPS-Netz (ONNX, Eingaben ref und dist), für die Größe lpips.</translation>
    </message>
    <message>
        <source>LPIPS network (ONNX, inputs ref and dist), which measures the validation photos too.</source>
        <translation>LPIPS-Netz (ONNX, Eingaben ref und dist), das auch die Messfotos misst.</translation>
    </message>
    <message>
        <source>Largest allowed value by metric, such as {latency_ms: 70, file_mb: 2}.</source>
        <translation>Größter erlaubter Wert je Größe, etwa {latency_ms: 70, file_mb: 2}.</translation>
    </message>
    <message>
        <source>Largest norm of the gradient.</source>
        <translation>Größte Norm des Gradienten.</translation>
    </message>
    <message>
        <source>Largest random cyclic shift of the pictures that discriminator and feature network see, against checkerboards; 7 covers the strides of usual ones.</source>
        <translation>Größte zufällige ringförmige Verschiebung der Bilder, die Diskriminator und Merkmalsnetz sehen, gegen Schachbrettmuster; 7 deckt die üblichen Schrittweiten ab.</translation>
    </message>
    <message>
        <source>Layer that fits the student&apos;s maps to the wider teacher&apos;s. The paper uses normalized, for maps behind a ReLU; the maps of our blocks have both signs.</source>
        <translation>Schicht, die die Merkmalskarten des Schülers an die des breiteren Lehrers anpasst. Die Veröffentlichung nimmt normalized, für Karten hinter einer ReLU; die Karten unserer Blöcke haben beide Vorzeichen.</translation>
    </message>
    <message>
        <source>Layers of a PatchGAN with stride 2.</source>
        <translation>Schichten eines PatchGAN mit Schrittweite 2.</translation>
    </message>
    <message>
        <source>Learning rate of the gates; it falls as the schedule&apos;s does.</source>
        <translation>Lernrate der Tore; sie fällt wie die des Ablaufs.</translation>
    </message>
    <message>
        <source>Learning rate of the ranges, relative to their size; it falls as the schedule&apos;s does.</source>
        <translation>Lernrate der Wertebereiche, relativ zu ihrer Größe; sie fällt wie die des Zeitplans.</translation>
    </message>
    <message>
        <source>Learning rate relative to the generator&apos;s.</source>
        <translation>Lernrate im Verhältnis zu der des Generators.</translation>
    </message>
    <message>
        <source>Least and largest exponent of generalized kernels.</source>
        <translation>Kleinster und größter Exponent verallgemeinerter Kerne.</translation>
    </message>
    <message>
        <source>Least and largest exponent of plateau kernels.</source>
        <translation>Kleinster und größter Exponent der Kerne mit flacher Spitze.</translation>
    </message>
    <message>
        <source>Least and largest factor of the shot noise.</source>
        <translation>Kleinster und größter Faktor des Schrotrauschens.</translation>
    </message>
    <message>
        <source>Least and largest standard deviation of the blur, in HR pixels.</source>
        <translation>Kleinste und größte Standardabweichung der Unschärfe, in Pixeln des großen Fotos.</translation>
    </message>
    <message>
        <source>Least and largest standard deviation of the noise, in 8-bit levels.</source>
        <translation>Kleinste und größte Standardabweichung des Rauschens, in Stufen von 8 Bit.</translation>
    </message>
    <message>
        <source>Least and largest standard deviation, in 8-bit levels.</source>
        <translation>Kleinste und größte Standardabweichung, in Stufen von 8 Bit.</translation>
    </message>
    <message>
        <source>Least and largest standard deviation.</source>
        <translation>Kleinste und größte Standardabweichung.</translation>
    </message>
    <message>
        <source>License of the ONNX file, for the student&apos;s model card; required with it.</source>
        <translation>Lizenz der ONNX-Datei, für die Modellkarte des Schülers; mit der Datei nötig.</translation>
    </message>
    <message>
        <source>Lists of channels for a generator of any family, as in GAN Compression.</source>
        <translation>Listen von Kanälen für einen Generator beliebiger Familie, wie bei GAN Compression.</translation>
    </message>
    <message>
        <source>Lowest and highest quality of the compression.</source>
        <translation>Niedrigste und höchste Qualität der Kompression.</translation>
    </message>
    <message>
        <source>Mean absolute difference from the teacher&apos;s picture.</source>
        <translation>Mittlerer absoluter Unterschied vom Bild des Lehrers.</translation>
    </message>
    <message>
        <source>Mean absolute error against the HR photo.</source>
        <translation>Mittlerer absoluter Fehler gegen das große Foto.</translation>
    </message>
    <message>
        <source>Mean absolute error.</source>
        <translation>Mittlerer absoluter Fehler.</translation>
    </message>
    <message>
        <source>Mean squared difference of adapted feature maps, relative to the teacher&apos;s.</source>
        <translation>Mittlerer quadratischer Unterschied angepasster Merkmalskarten, im Verhältnis zu denen des Lehrers.</translation>
    </message>
    <message>
        <source>Most operations in the chain and in each branch.</source>
        <translation>Höchste Zahl der Operationen in der Kette und in jedem Zweig.</translation>
    </message>
    <message>
        <source>Name of the architecture.</source>
        <translation>Name der Architektur.</translation>
    </message>
    <message>
        <source>Noise.</source>
        <translation>Rauschen.</translation>
    </message>
    <message>
        <source>Normalization of a PatchGAN; the other architectures have a fixed one.</source>
        <translation>Normierung eines PatchGAN; die anderen Architekturen haben eine feste.</translation>
    </message>
    <message>
        <source>Number of batches whose pictures are shuffled among each other, so that one batch has differently degraded pictures; 1 turns it off. Real-ESRGAN shuffles 180 pictures.</source>
        <translation>Zahl der Stapel, deren Bilder untereinander gemischt werden, damit ein Stapel verschieden verschlechterte Bilder hat; 1 schaltet es ab. Real-ESRGAN mischt 180 Bilder.</translation>
    </message>
    <message>
        <source>Number of crops that measure, and of crops that fit tails.</source>
        <translation>Zahl der Ausschnitte, an denen gemessen wird, und derer, an denen letzte Faltungen angepasst werden.</translation>
    </message>
    <message>
        <source>Number of different candidates that are evaluated.</source>
        <translation>Zahl der verschiedenen Kandidaten, die bewertet werden.</translation>
    </message>
    <message>
        <source>Number of first layers that the discriminators share.</source>
        <translation>Zahl der ersten Schichten, die sich die Diskriminatoren teilen.</translation>
    </message>
    <message>
        <source>Number of groups of blocks that share a width; the paper has three.</source>
        <translation>Zahl der Gruppen von Blöcken, die sich eine Breite teilen; in der Veröffentlichung sind es drei.</translation>
    </message>
    <message>
        <source>Number of parts in which a batch is processed, to save memory.</source>
        <translation>Zahl der Teile, in denen ein Stapel verarbeitet wird, um Speicher zu sparen.</translation>
    </message>
    <message>
        <source>Number of photos that crops are cut from, at least 2; every other photo only serves to fit tails.</source>
        <translation>Zahl der Fotos, aus denen Ausschnitte kommen, mindestens 2; jedes zweite Foto dient nur dem Anpassen letzter Faltungen.</translation>
    </message>
    <message>
        <source>Number of pictures that share one value, the mean of theirs: pictures of like values are grouped, because weights are mixed once for each group.</source>
        <translation>Zahl der Bilder, die sich einen Wert teilen, das Mittel ihrer Werte: Bilder mit ähnlichen Werten kommen zusammen, weil die Gewichte für jede Gruppe einmal gemischt werden.</translation>
    </message>
    <message>
        <source>Number of processes on this machine.</source>
        <translation>Zahl der Prozesse auf diesem Rechner.</translation>
    </message>
    <message>
        <source>Number of sample pictures at every validation, of the validation photos or else of the training photos.</source>
        <translation>Zahl der Beispielbilder bei jeder Messung, aus den Messfotos oder sonst aus den Trainingsfotos.</translation>
    </message>
    <message>
        <source>Number of steps and learning rate.</source>
        <translation>Zahl der Schritte und Lernrate.</translation>
    </message>
    <message>
        <source>Number of steps.</source>
        <translation>Zahl der Schritte.</translation>
    </message>
    <message>
        <source>Numbers of blocks.</source>
        <translation>Zahlen der Blöcke.</translation>
    </message>
    <message>
        <source>Numbers of cells, each followed by a layer of stride 2.</source>
        <translation>Zahlen der Zellen, auf die je eine Schicht mit Schrittweite 2 folgt.</translation>
    </message>
    <message>
        <source>Numbers that replace those of light or mild.</source>
        <translation>Zahlen, die die von light oder mild ersetzen.</translation>
    </message>
    <message>
        <source>ONNX file of any super-resolution network of the student&apos;s scale.</source>
        <translation>ONNX-Datei eines beliebigen vergrößernden Netzes mit dem Faktor des Schülers.</translation>
    </message>
    <message>
        <source>Operation before each layer of stride 2 of a discriminator of cells, which has no other number of layers; null for none.</source>
        <translation>Operation vor jeder Schicht mit Schrittweite 2 eines Diskriminators aus Zellen, der keine andere Zahl von Schichten hat; null für keine.</translation>
    </message>
    <message>
        <source>Operations of a cell; null is none.</source>
        <translation>Operationen einer Zelle; null ist keine.</translation>
    </message>
    <message>
        <source>Operations of each node of a chain; null leaves a node out.</source>
        <translation>Operationen jedes Knotens einer Kette; null lässt einen Knoten aus.</translation>
    </message>
    <message>
        <source>Operations of the four chains of a tpsr: early, two branches and the shortcut; as published if not given.</source>
        <translation>Operationen der vier Ketten eines tpsr: der frühen, der beiden Zweige und der Abkürzung; ohne Angabe wie veröffentlicht.</translation>
    </message>
    <message>
        <source>Parts of mix; their shares add up to 1.</source>
        <translation>Teile von mix; ihre Anteile ergeben zusammen 1.</translation>
    </message>
    <message>
        <source>Patches per step.</source>
        <translation>Ausschnitte je Schritt.</translation>
    </message>
    <message>
        <source>Patterns that repeat with every LR pixel.</source>
        <translation>Muster, die sich mit jedem Pixel des kleinen Fotos wiederholen.</translation>
    </message>
    <message>
        <source>Peak learning rate.</source>
        <translation>Höchste Lernrate.</translation>
    </message>
    <message>
        <source>Possible sides of its kernels, odd, at most 21.</source>
        <translation>Mögliche Seiten seiner Kerne, ungerade, höchstens 21.</translation>
    </message>
    <message>
        <source>Possible sides of the kernels, odd, at most 21.</source>
        <translation>Mögliche Seiten der Kerne, ungerade, höchstens 21.</translation>
    </message>
    <message>
        <source>Random subnets per step.</source>
        <translation>Zufällige Teilnetze je Schritt.</translation>
    </message>
    <message>
        <source>Resampling filters, drawn with equal probability.</source>
        <translation>Filter der Größenänderung, mit gleicher Wahrscheinlichkeit gezogen.</translation>
    </message>
    <message>
        <source>Resizing.</source>
        <translation>Größenänderung.</translation>
    </message>
    <message>
        <source>Run folder of a SupernetRecipe.</source>
        <translation>Laufordner eines SupernetRecipe.</translation>
    </message>
    <message>
        <source>Safetensors file of the teacher&apos;s discriminator; if not given, it is trained along with the student, on the teacher&apos;s pictures.</source>
        <translation>Safetensors-Datei des Diskriminators des Lehrers; ohne Angabe wird er mit dem Schüler trainiert, an den Bildern des Lehrers.</translation>
    </message>
    <message>
        <source>Safetensors file that the discriminator starts from, such as the teacher&apos;s.</source>
        <translation>Safetensors-Datei, mit der der Diskriminator beginnt, etwa die des Lehrers.</translation>
    </message>
    <message>
        <source>Safetensors file with the weights of the largest network, instead.</source>
        <translation>Stattdessen Safetensors-Datei mit den Gewichten des größten Netzes.</translation>
    </message>
    <message>
        <source>Seeds of the trainings of each candidate; what is measured is the mean over them.</source>
        <translation>Startwerte der Trainings jedes Kandidaten; gemessen wird ihr Mittel.</translation>
    </message>
    <message>
        <source>Shapes of the other kernels.</source>
        <translation>Formen der übrigen Kerne.</translation>
    </message>
    <message>
        <source>Share of sinc kernels, which cause ringing at edges.</source>
        <translation>Anteil der Sinc-Kerne, die an Kanten Ringe machen.</translation>
    </message>
    <message>
        <source>Share of the photos that are used for validation instead of training if there is no validation_folder; at most 16 photos, none of fewer than 10.</source>
        <translation>Anteil der Fotos, an denen gemessen statt trainiert wird, wenn es kein validation_folder gibt; höchstens 16 Fotos, von weniger als 10 keines.</translation>
    </message>
    <message>
        <source>Share of the pictures that a sinc filter is applied to.</source>
        <translation>Anteil der Bilder, auf die ein Sinc-Filter angewandt wird.</translation>
    </message>
    <message>
        <source>Share of the pictures that are blurred.</source>
        <translation>Anteil der Bilder, die unscharf gemacht werden.</translation>
    </message>
    <message>
        <source>Share of the pictures that are compressed.</source>
        <translation>Anteil der Bilder, die komprimiert werden.</translation>
    </message>
    <message>
        <source>Share of the pictures that are downsampled by area means, not bicubic.</source>
        <translation>Anteil der Bilder, die durch Flächenmittel statt bikubisch verkleinert werden.</translation>
    </message>
    <message>
        <source>Share of the pictures that get noise.</source>
        <translation>Anteil der Bilder, die Rauschen bekommen.</translation>
    </message>
    <message>
        <source>Share of the pictures that get the same noise in all channels.</source>
        <translation>Anteil der Bilder, die in allen Kanälen dasselbe Rauschen bekommen.</translation>
    </message>
    <message>
        <source>Share of the pictures whose JPEG keeps chroma at full resolution (4:4:4). With none, as published, networks learn to saturate thin lines.</source>
        <translation>Anteil der Bilder, deren JPEG die Farbe in voller Auflösung behält (4:4:4). Ohne sie, wie veröffentlicht, lernen Netze, dünne Linien zu kräftig zu färben.</translation>
    </message>
    <message>
        <source>Share of the pictures whose JPEG keeps chroma at full resolution.</source>
        <translation>Anteil der Bilder, deren JPEG die Farbe in voller Auflösung behält.</translation>
    </message>
    <message>
        <source>Shares of the steps after which steps halves the learning rate.</source>
        <translation>Anteile der Schritte, nach denen steps die Lernrate halbiert.</translation>
    </message>
    <message>
        <source>Side of an LR crop.</source>
        <translation>Seite eines Ausschnitts aus einem kleinen Foto.</translation>
    </message>
    <message>
        <source>Side of an LR patch.</source>
        <translation>Seite eines Ausschnitts aus einem kleinen Foto.</translation>
    </message>
    <message>
        <source>Sizes of the largest network, for weights that do not say them.</source>
        <translation>Größe des größten Netzes, für Gewichte, die sie nicht nennen.</translation>
    </message>
    <message>
        <source>Smallest and largest factor, at most 1 and at least 1.</source>
        <translation>Kleinster und größter Faktor, höchstens 1 und mindestens 1.</translation>
    </message>
    <message>
        <source>The float network: the id of a model, whose corners are all trained at random points of its dial, or an ONNX file that mfagan export wrote.</source>
        <translation>Das Gleitkomma-Netz: die Kennung eines Modells, dessen Ecken alle an zufälligen Punkten seines Reglers trainiert werden, oder eine ONNX-Datei, die mfagan export geschrieben hat.</translation>
    </message>
    <message>
        <source>Weight of the squared difference, against few large ones.</source>
        <translation>Gewicht des quadrierten Unterschieds, gegen einzelne große.</translation>
    </message>
    <message>
        <source>Stages at the start in which subnets differ only in some choices; without any choice only the largest subnet is trained. After the last all choices are free. Paper: Cai et al. 2019, &quot;Once for All&quot;, arXiv 1908.09791.</source>
        <translation>Stufen am Anfang, in denen sich Teilnetze nur in einigen Wahlmöglichkeiten unterscheiden; ohne eine wird nur das größte Teilnetz trainiert. Nach der letzten sind alle frei. Veröffentlichung: Cai et al. 2019, „Once for All“, arXiv 1908.09791.</translation>
    </message>
    <message>
        <source>Teacher with more blocks.</source>
        <translation>Lehrer mit mehr Blöcken.</translation>
    </message>
    <message>
        <source>Teacher with more channels.</source>
        <translation>Lehrer mit mehr Kanälen.</translation>
    </message>
    <message>
        <source>The GAN loss of the teachers.</source>
        <translation>Der GAN-Verlust der Lehrer.</translation>
    </message>
    <message>
        <source>The GAN loss.</source>
        <translation>Der GAN-Verlust.</translation>
    </message>
    <message>
        <source>The choices for each size of an MFANet; a single choice fixes a size.</source>
        <translation>Die Wahlmöglichkeiten für jede Größe eines MFANet; eine einzige legt die Größe fest.</translation>
    </message>
    <message>
        <source>The dial; without it the network is told nothing about its pictures.</source>
        <translation>Der Regler; ohne ihn erfährt das Netz nichts über seine Bilder.</translation>
    </message>
    <message>
        <source>The end of the chain of real.</source>
        <translation>Das Ende der Kette von real.</translation>
    </message>
    <message>
        <source>The family and the number of blocks.</source>
        <translation>Die Familie und die Zahl der Blöcke.</translation>
    </message>
    <message>
        <source>The first pass of real.</source>
        <translation>Der erste Durchgang von real.</translation>
    </message>
    <message>
        <source>The network whose features are compared.</source>
        <translation>Das Netz, dessen Merkmale verglichen werden.</translation>
    </message>
    <message>
        <source>The network whose features are compared; discriminator needs an adversarial weight.</source>
        <translation>Das Netz, dessen Merkmale verglichen werden; discriminator braucht ein Gewicht des GAN-Verlusts.</translation>
    </message>
    <message>
        <source>The network whose features are compared; with discriminator the student is compared on the features of each teacher&apos;s own.</source>
        <translation>Das Netz, dessen Merkmale verglichen werden; mit discriminator wird der Schüler an den Merkmalen des Diskriminators jedes Lehrers verglichen.</translation>
    </message>
    <message>
        <source>The network whose features of the two pictures are compared, as in AutoGAN-Distiller&apos;s second stage; it needs a file, as there is no discriminator.</source>
        <translation>Das Netz, dessen Merkmale der beiden Bilder verglichen werden, wie in der zweiten Stufe des AutoGAN-Distillers; es braucht eine Datei, da es keinen Diskriminator gibt.</translation>
    </message>
    <message>
        <source>The networks to choose from; those that the supernet was trained with if its run is given. A space of discriminators is searched for the one that trains a generator best.</source>
        <translation>Die Netze zur Auswahl; ist der Lauf des Supernetzes angegeben, die, mit denen es trainiert wurde. In einem Raum von Diskriminatoren wird der gesucht, der einen Generator am besten trainiert.</translation>
    </message>
    <message>
        <source>The pictures that candidates are measured on.</source>
        <translation>Die Bilder, an denen Kandidaten gemessen werden.</translation>
    </message>
    <message>
        <source>The second pass of real.</source>
        <translation>Der zweite Durchgang von real.</translation>
    </message>
    <message>
        <source>The sizes that subnets may have, at most the generator&apos;s.</source>
        <translation>Die Größen, die Teilnetze haben dürfen, höchstens die des Generators.</translation>
    </message>
    <message>
        <source>The student&apos;s discriminator.</source>
        <translation>Der Diskriminator des Schülers.</translation>
    </message>
    <message>
        <source>The supernet whose weights the candidates inherit.</source>
        <translation>Das Supernetz, dessen Gewichte die Kandidaten erben.</translation>
    </message>
    <message>
        <source>The teacher&apos;s discriminator.</source>
        <translation>Der Diskriminator des Lehrers.</translation>
    </message>
    <message>
        <source>The teacher&apos;s generator.</source>
        <translation>Der Generator des Lehrers.</translation>
    </message>
    <message>
        <source>The teacher.</source>
        <translation>Der Lehrer.</translation>
    </message>
    <message>
        <source>Total variation.</source>
        <translation>Totale Variation.</translation>
    </message>
    <message>
        <source>Training photos.</source>
        <translation>Trainingsfotos.</translation>
    </message>
    <message>
        <source>URL of a database that several machines share, as Optuna takes it, such as postgresql+psycopg2://...; a journal file in the run folder if not given. All machines must also reach the run folder.</source>
        <translation>Adresse einer Datenbank, die sich mehrere Rechner teilen, wie Optuna sie nimmt, etwa postgresql+psycopg2://...; ohne Angabe eine Protokolldatei im Laufordner. Alle Rechner müssen auch den Laufordner erreichen.</translation>
    </message>
    <message>
        <source>Updates of the student per update of the teachers.</source>
        <translation>Aktualisierungen des Schülers je Aktualisierung der Lehrer.</translation>
    </message>
    <message>
        <source>Weight of the GAN loss, for which the teacher&apos;s pictures are real; 0 trains without a discriminator.</source>
        <translation>Gewicht des GAN-Verlusts, für den die Bilder des Lehrers echt sind; 0 trainiert ohne Diskriminator.</translation>
    </message>
    <message>
        <source>Weight of the GAN loss; 0 trains without a discriminator.</source>
        <translation>Gewicht des GAN-Verlusts; 0 trainiert ohne Diskriminator.</translation>
    </message>
    <message>
        <source>Weight of the L1 penalty on the gates.</source>
        <translation>Gewicht der L1-Strafe auf die Tore.</translation>
    </message>
    <message>
        <source>Weight of the difference between the feature maps of the two discriminators, relative to the teacher&apos;s.</source>
        <translation>Gewicht des Unterschieds zwischen den Merkmalskarten der beiden Diskriminatoren, im Verhältnis zu denen des Lehrers.</translation>
    </message>
    <message>
        <source>Weight of the error of color differences, against tints along edges, which networks learn from degraded photos.</source>
        <translation>Gewicht des Fehlers der Farbunterschiede, gegen Farbstiche an Kanten, die Netze an verschlechterten Fotos lernen.</translation>
    </message>
    <message>
        <source>Weight of the pooled-channel loss against the wider teacher.</source>
        <translation>Gewicht des Verlusts zusammengefasster Kanäle gegen den breiteren Lehrer.</translation>
    </message>
    <message>
        <source>Weights of the loss terms against teacher and HR photos; affinity, perceptual and style are not available.</source>
        <translation>Gewichte der Verluste gegen Lehrer und große Fotos; affinity, perceptual und style gibt es hier nicht.</translation>
    </message>
    <message>
        <source>Weights of the loss terms against the HR photos.</source>
        <translation>Gewichte der Verluste gegen die großen Fotos.</translation>
    </message>
    <message>
        <source>Weights of the loss terms against the teacher&apos;s picture: features and style as in the paper, or output alone for a faithful network.</source>
        <translation>Gewichte der Verluste gegen das Bild des Lehrers: Merkmale und Stil wie in der Veröffentlichung, oder output allein für ein getreues Netz.</translation>
    </message>
    <message>
        <source>Weights of the loss terms against the teacher.</source>
        <translation>Gewichte der Verluste gegen den Lehrer.</translation>
    </message>
    <message>
        <source>Weights of the loss terms of the student.</source>
        <translation>Gewichte der Verluste des Schülers.</translation>
    </message>
    <message>
        <source>Weights of the loss terms of the teachers.</source>
        <translation>Gewichte der Verluste der Lehrer.</translation>
    </message>
    <message>
        <source>Weights of the loss terms.</source>
        <translation>Gewichte der Verluste.</translation>
    </message>
    <message>
        <source>What is improved. Several give a front, on which an improvement of one worsens another.</source>
        <translation>Was verbessert wird. Mehrere ergeben eine Front, auf der ein Gewinn des einen das andere verschlechtert.</translation>
    </message>
    <message>
        <source>What subnets learn from: HR photos and teacher (teacher), or the picture of the largest subnet, which alone sees the two (largest, with sandwich). Paper: Yu et al. 2020, &quot;BigNAS&quot;, arXiv 2003.11142.</source>
        <translation>Woraus Teilnetze lernen: aus großen Fotos und Lehrer (teacher) oder aus dem Bild des größten Teilnetzes, das allein beide sieht (largest, mit sandwich). Veröffentlichung: Yu et al. 2020, „BigNAS“, arXiv 2003.11142.</translation>
    </message>
    <message>
        <source>Whether HR is sharpened before LR is made from it and SR is compared with it, as in Real-ESRGAN.</source>
        <translation>Ob große Fotos geschärft werden, bevor die kleinen daraus gemacht und die Ergebnisse mit ihnen verglichen werden, wie bei Real-ESRGAN.</translation>
    </message>
    <message>
        <source>Whether a block has the tap on its first stage, chosen for each block.</source>
        <translation>Ob ein Block den Abgriff an seiner ersten Stufe hat, für jeden Block gewählt.</translation>
    </message>
    <message>
        <source>Whether all costs in MACs are equally likely in a random subnet, or all choices.</source>
        <translation>Ob in einem zufälligen Teilnetz alle Kosten in MACs gleich wahrscheinlich sind, oder alle Wahlmöglichkeiten.</translation>
    </message>
    <message>
        <source>Whether channels that contribute little get a larger penalty (Candès et al. 2008, doi:10.1007/s00041-008-9045-x). The paper has one penalty for all, but its networks have normalization layers: without them weights grow as gates shrink, and gates with equal penalties all close at the same time.</source>
        <translation>Ob Kanäle, die wenig beitragen, eine größere Strafe bekommen (Candès et al. 2008, doi:10.1007/s00041-008-9045-x). Die Veröffentlichung hat eine Strafe für alle, aber ihre Netze haben Normierungsschichten: Ohne sie wachsen Gewichte, während Tore schrumpfen, und Tore mit gleichen Strafen schließen sich alle zugleich.</translation>
    </message>
    <message>
        <source>Whether each block of an mfanet has the tap on its first stage; all if not given.</source>
        <translation>Ob jeder Block eines mfanet den Abgriff an seiner ersten Stufe hat; ohne Angabe alle.</translation>
    </message>
    <message>
        <source>Whether event files for TensorBoard are written too.</source>
        <translation>Ob auch Ereignisdateien für TensorBoard geschrieben werden.</translation>
    </message>
    <message>
        <source>Whether the ONNX file&apos;s picture is the mean over the 8 flips and turns of the photo, which takes 8 times as long and has a smaller error.</source>
        <translation>Ob das Bild der ONNX-Datei das Mittel über die 8 Spiegelungen und Drehungen des Fotos ist, was 8-mal so lange dauert und einen kleineren Fehler hat.</translation>
    </message>
    <message>
        <source>Whether the last convolution of each candidate is fitted again in closed form before it is measured.</source>
        <translation>Ob die letzte Faltung jedes Kandidaten vor der Messung in geschlossener Form neu angepasst wird.</translation>
    </message>
    <message>
        <source>Whether the pictures of the ONNX file are faithful, or vivid ones that may have invented detail; that cannot be measured, so it counts as vivid if not given.</source>
        <translation>Ob die Bilder der ONNX-Datei getreu sind oder lebhaft, womöglich mit erfundenen Einzelheiten; das lässt sich nicht messen, daher gilt sie ohne Angabe als lebhaft.</translation>
    </message>
    <message>
        <source>Whether the smallest and the largest subnet are trained at every step too. Paper: Yu and Huang 2019, arXiv 1903.05134.</source>
        <translation>Ob auch das kleinste und das größte Teilnetz in jedem Schritt trainiert werden. Veröffentlichung: Yu und Huang 2019, arXiv 1903.05134.</translation>
    </message>
    <message>
        <source>Whether to start from the teacher&apos;s channels of largest L1 norm, as the pre-distillation of GAN Compression does; both must be an mfanet.</source>
        <translation>Ob mit den Kanälen des Lehrers mit der größten L1-Norm begonnen wird, wie in der Vorstufe von GAN Compression; beide müssen ein mfanet sein.</translation>
    </message>
    <message>
        <source>Whether to start from the teacher&apos;s channels of largest L1 norm.</source>
        <translation>Ob mit den Kanälen des Lehrers mit der größten L1-Norm begonnen wird.</translation>
    </message>
    <message>
        <source>Whether weights and activations are rounded to 8 bits during training.</source>
        <translation>Ob Gewichte und Aktivierungen während des Trainings auf 8 Bit gerundet werden.</translation>
    </message>
    <message>
        <source>Width inside each block of another family than mfanet and tpsr: of a layer of a compact, between the convolutions of an srresnet or span, of each half of a selfcal, and the growth of an rrdbnet; as published if not given.</source>
        <translation>Breite in jedem Block einer anderen Familie als mfanet und tpsr: einer Schicht eines compact, zwischen den Faltungen eines srresnet oder span, jeder Hälfte eines selfcal, und das Wachstum eines rrdbnet; ohne Angabe wie veröffentlicht.</translation>
    </message>
    <message>
        <source>Width of that input.</source>
        <translation>Breite dieses Bildes.</translation>
    </message>
    <message>
        <source>Width of the body; as published if not given.</source>
        <translation>Breite des Rumpfes; ohne Angabe wie veröffentlicht.</translation>
    </message>
    <message>
        <source>Width of the first layer; as published if not given.</source>
        <translation>Breite der ersten Schicht; ohne Angabe wie veröffentlicht.</translation>
    </message>
    <message>
        <source>Widths inside the blocks, chosen for each group; if empty, only the body&apos;s width is a choice, as in a tpsr, which has no others.</source>
        <translation>Breiten in den Blöcken, für jede Gruppe gewählt; sind keine angegeben, wird nur die Breite des Rumpfes gewählt, wie bei einem tpsr, der keine anderen hat.</translation>
    </message>
    <message>
        <source>Widths of an inner stage, chosen for each of both stages of each block; if empty, stages are as wide as the trunk.</source>
        <translation>Breiten einer inneren Stufe, für beide Stufen jedes Blocks gewählt; leer sind Stufen so breit wie der Rumpf.</translation>
    </message>
    <message>
        <source>Widths of the body.</source>
        <translation>Breiten des Rumpfes.</translation>
    </message>
    <message>
        <source>Widths of the first layer.</source>
        <translation>Breiten der ersten Schicht.</translation>
    </message>
    <message>
        <source>Widths of the trunk.</source>
        <translation>Breiten des Rumpfes.</translation>
    </message>
    <message>
        <source>Widths of the two inner stages of each block, for an mfanet that was slimmed or searched; channels if not given.</source>
        <translation>Breiten der beiden inneren Stufen jedes Blocks, für ein verschlanktes oder gesuchtes mfanet; ohne Angabe die der Kanäle.</translation>
    </message>
    <message>
        <source>Widths.</source>
        <translation>Breiten.</translation>
    </message>
    <message>
        <source>auto uses a CUDA device if there is one.</source>
        <translation>auto nimmt ein CUDA-Gerät, wenn es eines gibt.</translation>
    </message>
    <message>
        <source>bf16 runs convolutions in bfloat16, on CPUs that have instructions for it.</source>
        <translation>bf16 rechnet Faltungen in bfloat16, auf Prozessoren mit Befehlen dafür.</translation>
    </message>
    <message>
        <source>bicubic for bicubic downsampling alone, as in benchmarks; light or mild for one pass; real for Real-ESRGAN&apos;s two passes; mix for several of them, drawn picture by picture.</source>
        <translation>bicubic für bikubische Verkleinerung allein, wie in Vergleichen; light oder mild für einen Durchgang; real für die zwei Durchgänge von Real-ESRGAN; mix für mehrere davon, Bild für Bild gezogen.</translation>
    </message>
    <message>
        <source>vgg19 and squeezenet need weights; discriminator uses the features of the run&apos;s own discriminator and needs no file.</source>
        <translation>vgg19 und squeezenet brauchen Gewichte; discriminator nimmt die Merkmale des Diskriminators dieses Laufs und braucht keine Datei.</translation>
    </message>
</context>
<context>
    <name>FieldRow</name>
    <message>
        <source>Choose: {field}</source>
        <translation>Wählen: {field}</translation>
    </message>
    <message>
        <source>none</source>
        <translation>keine</translation>
    </message>
</context>
<context>
    <name>Fields</name>
    <message>
        <source>Parts of a batch</source>
        <translation>Teile eines Stapels</translation>
    </message>
    <message>
        <source>Checkpoint every</source>
        <translation>Sicherung alle</translation>
    </message>
    <message>
        <source>Largest gradient</source>
        <translation>Größter Gradient</translation>
    </message>
    <message>
        <source>Data</source>
        <translation>Daten</translation>
    </message>
    <message>
        <source>Batch size</source>
        <translation>Stapelgröße</translation>
    </message>
    <message>
        <source>Degradation</source>
        <translation>Verschlechterung</translation>
    </message>
    <message>
        <source>Training photos</source>
        <translation>Trainingsfotos</translation>
    </message>
    <message>
        <source>Small photos</source>
        <translation>Kleine Fotos</translation>
    </message>
    <message>
        <source>Patch size (px)</source>
        <translation>Ausschnitt (px)</translation>
    </message>
    <message>
        <source>Device</source>
        <translation>Gerät</translation>
    </message>
    <message>
        <source>Discriminator</source>
        <translation>Diskriminator</translation>
    </message>
    <message>
        <source>Averaging of weights</source>
        <translation>Mittelung der Gewichte</translation>
    </message>
    <message>
        <source>Error</source>
        <translation>Fehler</translation>
    </message>
    <message>
        <source>Network</source>
        <translation>Netz</translation>
    </message>
    <message>
        <source>Blocks</source>
        <translation>Blöcke</translation>
    </message>
    <message>
        <source>Channels</source>
        <translation>Kanäle</translation>
    </message>
    <message>
        <source>Architecture</source>
        <translation>Architektur</translation>
    </message>
    <message>
        <source>Enlarges by</source>
        <translation>Vergrößert um</translation>
    </message>
    <message>
        <source>Start from</source>
        <translation>Beginnt mit</translation>
    </message>
    <message>
        <source>Report every</source>
        <translation>Meldung alle</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>Name</translation>
    </message>
    <message>
        <source>Perceptual loss</source>
        <translation>Wahrnehmungsverlust</translation>
    </message>
    <message>
        <source>Precision</source>
        <translation>Genauigkeit</translation>
    </message>
    <message>
        <source>Sample pictures</source>
        <translation>Beispielbilder</translation>
    </message>
    <message>
        <source>Schedule</source>
        <translation>Ablauf</translation>
    </message>
    <message>
        <source>Last rate</source>
        <translation>Letzte Rate</translation>
    </message>
    <message>
        <source>Falls after</source>
        <translation>Fällt nach</translation>
    </message>
    <message>
        <source>Learning rate</source>
        <translation>Lernrate</translation>
    </message>
    <message>
        <source>How it falls</source>
        <translation>Wie sie fällt</translation>
    </message>
    <message>
        <source>Steps</source>
        <translation>Schritte</translation>
    </message>
    <message>
        <source>Warm-up</source>
        <translation>Aufwärmen</translation>
    </message>
    <message>
        <source>Seed</source>
        <translation>Startwert</translation>
    </message>
    <message>
        <source>Teacher</source>
        <translation>Lehrer</translation>
    </message>
    <message>
        <source>Threads</source>
        <translation>Threads</translation>
    </message>
    <message>
        <source>Method</source>
        <translation>Methode</translation>
    </message>
    <message>
        <source>Validate every</source>
        <translation>Messung alle</translation>
    </message>
    <message>
        <source>Validation photos</source>
        <translation>Messfotos</translation>
    </message>
    <message>
        <source>Weights of the losses</source>
        <translation>Gewichte der Verluste</translation>
    </message>
    <message>
        <source>Steps between checkpoints: so many are lost at most if the run is killed.</source>
        <translation>Schritte zwischen Sicherungen: höchstens so viele gehen verloren, wenn der Lauf abgebrochen wird.</translation>
    </message>
    <message>
        <source>Patches per step. Fewer need less memory, more make the steps steadier.</source>
        <translation>Ausschnitte je Schritt. Weniger brauchen weniger Speicher, mehr machen die Schritte gleichmäßiger.</translation>
    </message>
    <message>
        <source>Folder of large, sharp photos; its subfolders are included.</source>
        <translation>Ordner mit großen, scharfen Fotos, samt Unterordnern.</translation>
    </message>
    <message>
        <source>Side of the small patches that the network learns from.</source>
        <translation>Seite der kleinen Ausschnitte, aus denen das Netz lernt.</translation>
    </message>
    <message>
        <source>Depth of the network.</source>
        <translation>Tiefe des Netzes.</translation>
    </message>
    <message>
        <source>Width of the network.</source>
        <translation>Breite des Netzes.</translation>
    </message>
    <message>
        <source>What the network is built of.</source>
        <translation>Woraus das Netz gebaut ist.</translation>
    </message>
    <message>
        <source>Factor by which photos are enlarged.</source>
        <translation>Faktor, um den Fotos vergrößert werden.</translation>
    </message>
    <message>
        <source>Weights to start from, such as the id of a model; random ones if none are given.</source>
        <translation>Gewichte für den Anfang, etwa die Kennung eines Modells; sonst zufällige.</translation>
    </message>
    <message>
        <source>Steps between two points of the charts.</source>
        <translation>Schritte zwischen zwei Punkten der Diagramme.</translation>
    </message>
    <message>
        <source>Part of the name of the run&apos;s folder.</source>
        <translation>Teil des Namens des Ordners.</translation>
    </message>
    <message>
        <source>Half precision (bf16, fp16) is faster where the device supports it.</source>
        <translation>Halbe Genauigkeit (bf16, fp16) ist schneller, wo das Gerät sie beherrscht.</translation>
    </message>
    <message>
        <source>Learning rate at the end, relative to the highest one.</source>
        <translation>Lernrate am Ende, im Verhältnis zur höchsten.</translation>
    </message>
    <message>
        <source>Share of the steps after which the learning rate begins to fall.</source>
        <translation>Anteil der Schritte, nach dem die Lernrate zu fallen beginnt.</translation>
    </message>
    <message>
        <source>Share of the steps in which the learning rate rises.</source>
        <translation>Anteil der Schritte, in dem die Lernrate steigt.</translation>
    </message>
    <message>
        <source>Start of all randomness: the same seed, the same result.</source>
        <translation>Anfang aller Zufälligkeit: gleicher Startwert, gleiches Ergebnis.</translation>
    </message>
    <message>
        <source>Processor threads; 0 uses all cores.</source>
        <translation>Threads des Prozessors; 0 nutzt alle Kerne.</translation>
    </message>
    <message>
        <source>What the network learns from; docs/methods.md has them.</source>
        <translation>Woraus das Netz lernt; siehe docs/methods.md.</translation>
    </message>
    <message>
        <source>Highest learning rate. Too high a rate ends in a loss that is not a number.</source>
        <translation>Höchste Lernrate. Ist sie zu hoch, wird der Verlust zu „keine Zahl“.</translation>
    </message>
    <message>
        <source>How long the training goes on.</source>
        <translation>Wie lange das Training dauert.</translation>
    </message>
    <message>
        <source>Steps between two measurements with sample pictures.</source>
        <translation>Schritte zwischen zwei Messungen mit Beispielbildern.</translation>
    </message>
    <message>
        <source>Folder of photos to measure PSNR on; without one, some training photos are kept.</source>
        <translation>Ordner mit Fotos, an denen PSNR gemessen wird; ohne ihn werden einige Trainingsfotos zurückbehalten.</translation>
    </message>
    <message>
        <source>AutoGAN-Distiller: a student learns from the features of its teacher&apos;s pictures.</source>
        <translation>AutoGAN-Distiller: ein Schüler lernt aus den Merkmalen der Bilder seines Lehrers.</translation>
    </message>
    <message>
        <source>A faithful network with a restoration dial, as the shipped models have.</source>
        <translation>Ein getreues Netz mit Restaurierungsregler, wie ihn die mitgelieferten Modelle haben.</translation>
    </message>
    <message>
        <source>The vivid end of a dial, trained against a discriminator.</source>
        <translation>Das lebhafte Ende eines Reglers, gegen einen Diskriminator trainiert.</translation>
    </message>
    <message>
        <source>Distills any ONNX network into a small one, on your own photos.</source>
        <translation>Destilliert ein beliebiges ONNX-Netz in ein kleines, mit Ihren eigenen Fotos.</translation>
    </message>
    <message>
        <source>A small network learns from the pictures and features of a large one.</source>
        <translation>Ein kleines Netz lernt aus Bildern und Merkmalen eines großen.</translation>
    </message>
    <message>
        <source>Fine-tunes a faithful network against a discriminator, as ESRGAN does.</source>
        <translation>Verfeinert ein getreues Netz gegen einen Diskriminator, wie es ESRGAN tut.</translation>
    </message>
    <message>
        <source>Fine-tunes a model for 8 bits, so that its fast file makes the same pictures.</source>
        <translation>Stimmt ein Modell auf 8 Bit ab, damit seine schnelle Datei dieselben Bilder liefert.</translation>
    </message>
    <message>
        <source>A pair of teachers, generator and discriminator, is distilled into students.</source>
        <translation>Ein Lehrerpaar aus Generator und Diskriminator wird in Schüler destilliert.</translation>
    </message>
    <message>
        <source>A wider and a deeper teacher, and a student that learns only from them.</source>
        <translation>Ein breiterer und ein tieferer Lehrer und ein Schüler, der nur von ihnen lernt.</translation>
    </message>
    <message>
        <source>A faithful network from random weights, for clean photos.</source>
        <translation>Ein getreues Netz aus zufälligen Gewichten, für saubere Fotos.</translation>
    </message>
    <message>
        <source>A self-calibrated generator against a PatchGAN, from random weights.</source>
        <translation>Ein selbstkalibrierter Generator gegen ein PatchGAN, aus zufälligen Gewichten.</translation>
    </message>
    <message>
        <source>Prunes a network&apos;s channels and rounds it to 8 bits while it learns.</source>
        <translation>Entfernt Kanäle eines Netzes und rundet es auf 8 Bit, während es lernt.</translation>
    </message>
    <message>
        <source>One network that contains networks of many sizes, to search in.</source>
        <translation>Ein Netz, das Netze vieler Größen enthält, um darin zu suchen.</translation>
    </message>
    <message>
        <source>A small ×2 network for your own photos, within an hour on a laptop.</source>
        <translation>Ein kleines ×2-Netz für Ihre eigenen Fotos, in einer Stunde auf einem Laptop.</translation>
    </message>
    <message>
        <source>The values of another run; that run stays as it is.</source>
        <translation>Die Werte eines anderen Laufs; dieser bleibt, wie er ist.</translation>
    </message>
    <message>
        <source>Run</source>
        <translation>Lauf</translation>
    </message>
</context>
<context>
    <name>FilmStrip</name>
    <message>
        <source>Sample pictures by step</source>
        <translation>Beispielbilder nach Schritt</translation>
    </message>
</context>
<context>
    <name>FrontView</name>
    <message>
        <source>Candidates</source>
        <translation>Kandidaten</translation>
    </message>
    <message>
        <source>Hypervolume against evaluations</source>
        <translation>Hypervolumen über den Auswertungen</translation>
    </message>
    <message>
        <source>Front</source>
        <translation>Front</translation>
    </message>
    <message>
        <source>Hypervolume</source>
        <translation>Hypervolumen</translation>
    </message>
    <message>
        <source>Up</source>
        <translation>Nach oben</translation>
    </message>
    <message>
        <source>Across</source>
        <translation>Nach rechts</translation>
    </message>
    <message>
        <source>against</source>
        <translation>gegen</translation>
    </message>
    <message>
        <source>Log</source>
        <translation>Log</translation>
    </message>
    <message>
        <source>Logarithmic axis across</source>
        <translation>Logarithmische waagerechte Achse</translation>
    </message>
    <message>
        <source>Limits</source>
        <translation>Grenzen</translation>
    </message>
    <message>
        <source>Two lines to drag: only candidates within them count</source>
        <translation>Zwei Linien zum Ziehen: Nur Kandidaten innerhalb zählen</translation>
    </message>
    <message>
        <source>Evaluations</source>
        <translation>Auswertungen</translation>
    </message>
    <message>
        <source>Hypervolume ({unit})</source>
        <translation>Hypervolumen ({unit})</translation>
    </message>
    <message>
        <source>Reference point: {values}</source>
        <translation>Bezugspunkt: {values}</translation>
    </message>
    <message>
        <source>estimated</source>
        <translation>geschätzt</translation>
    </message>
    <message>
        <source>measured or counted</source>
        <translation>gemessen oder gezählt</translation>
    </message>
    <message>
        <source>Costs for photos of {size} pixels</source>
        <translation>Kosten für Fotos von {size} Pixeln</translation>
    </message>
    <message>
        <source>Quality on crops for the search, none of a benchmark</source>
        <translation>Qualität auf Ausschnitten für die Suche, keinem eines Benchmarks</translation>
    </message>
    <message>
        <source>{count} on the front with {limits}</source>
        <translation>{count} auf der Front mit {limits}</translation>
    </message>
</context>
<context>
    <name>GaugeBar</name>
    <message>
        <source>Load of this computer</source>
        <translation>Auslastung dieses Computers</translation>
    </message>
    <message>
        <source>Processor</source>
        <translation>Prozessor</translation>
    </message>
    <message>
        <source>Memory</source>
        <translation>Speicher</translation>
    </message>
    <message>
        <source>Disk</source>
        <translation>Festplatte</translation>
    </message>
    <message>
        <source>Graphics card</source>
        <translation>Grafikkarte</translation>
    </message>
    <message>
        <source>this run {size}</source>
        <translation>dieser Lauf {size}</translation>
    </message>
    <message>
        <source>{used} of {total}</source>
        <translation>{used} von {total}</translation>
    </message>
    <message>
        <source>{size} free</source>
        <translation>{size} frei</translation>
    </message>
</context>
<context>
    <name>GeneWords</name>
    <message>
        <source>{channels} channels wide, {blocks} blocks deep</source>
        <translation>{channels} Kanäle breit, {blocks} Blöcke tief</translation>
    </message>
    <message>
        <source>Taps on {count} of {blocks} blocks</source>
        <translation>Abgriffe an {count} von {blocks} Blöcken</translation>
    </message>
    <message>
        <source>Last stage 3×3 in {count} of {blocks} blocks, 1×1 in the others</source>
        <translation>Letzte Stufe 3×3 in {count} von {blocks} Blöcken, sonst 1×1</translation>
    </message>
    <message>
        <source>Last stage 3×3 in all blocks</source>
        <translation>Letzte Stufe 3×3 in allen Blöcken</translation>
    </message>
    <message>
        <source>Last convolution {kernel}×{kernel}</source>
        <translation>Letzte Faltung {kernel}×{kernel}</translation>
    </message>
    <message>
        <source>Inner stages {width} channels wide</source>
        <translation>Innere Stufen {width} Kanäle breit</translation>
    </message>
    <message>
        <source>Inner stages {least} to {most} channels wide, {mean} on average</source>
        <translation>Innere Stufen {least} bis {most} Kanäle breit, im Mittel {mean}</translation>
    </message>
</context>
<context>
    <name>GridPage</name>
    <message>
        <source>Original</source>
        <translation>Original</translation>
    </message>
    <message>
        <source>Show the original in every pane (Space)</source>
        <translation>In jedem Feld das Original zeigen (Leertaste)</translation>
    </message>
    <message>
        <source>Pictures</source>
        <translation>Bilder</translation>
    </message>
    <message>
        <source>All</source>
        <translation>Alle</translation>
    </message>
    <message>
        <source>All (0)</source>
        <translation>Alle (0)</translation>
    </message>
</context>
<context>
    <name>ImageCompare</name>
    <message>
        <source>Photo viewer</source>
        <translation>Fotoansicht</translation>
    </message>
    <message>
        <source>Divider between before and after</source>
        <translation>Trennlinie zwischen Vorher und Nachher</translation>
    </message>
    <message>
        <source>Arrow keys move it.</source>
        <translation>Die Pfeiltasten verschieben sie.</translation>
    </message>
</context>
<context>
    <name>Inspector</name>
    <message>
        <source>Settings of the result</source>
        <translation>Einstellungen des Ergebnisses</translation>
    </message>
    <message>
        <source>Model</source>
        <translation>Modell</translation>
    </message>
    <message>
        <source>Size of the result</source>
        <translation>Größe des Ergebnisses</translation>
    </message>
    <message>
        <source>Multiple of the photo&apos;s size</source>
        <translation>Vielfaches der Größe des Fotos</translation>
    </message>
    <message>
        <source>Pixels of the longer side</source>
        <translation>Pixel der längeren Seite</translation>
    </message>
    <message>
        <source>Megapixels</source>
        <translation>Megapixel</translation>
    </message>
    <message>
        <source>Centimeters of the longer side of a print</source>
        <translation>Zentimeter der längeren Seite eines Drucks</translation>
    </message>
    <message>
        <source>Factor</source>
        <translation>Faktor</translation>
    </message>
    <message>
        <source>Edge</source>
        <translation>Kante</translation>
    </message>
    <message>
        <source>MP</source>
        <translation>MP</translation>
    </message>
    <message>
        <source>Print</source>
        <translation>Druck</translation>
    </message>
    <message>
        <source>Size</source>
        <translation>Größe</translation>
    </message>
    <message>
        <source>Dots per inch</source>
        <translation>Punkte pro Zoll</translation>
    </message>
    <message>
        <source>Match the original exactly</source>
        <translation>Genau zum Original passend</translation>
    </message>
    <message>
        <source>Corrects the result until downscaling it reproduces the photo.</source>
        <translation>Berichtigt das Ergebnis, bis es verkleinert wieder das Foto ergibt.</translation>
    </message>
    <message>
        <source>File</source>
        <translation>Datei</translation>
    </message>
    <message>
        <source>Time</source>
        <translation>Zeit</translation>
    </message>
    <message>
        <source>Memory</source>
        <translation>Speicher</translation>
    </message>
    <message>
        <source>Disk</source>
        <translation>Platte</translation>
    </message>
    <message>
        <source>Upscale</source>
        <translation>Vergrößern</translation>
    </message>
    <message>
        <source>Add to queue</source>
        <translation>Einreihen</translation>
    </message>
    <message>
        <source>No photo open</source>
        <translation>Kein Foto geöffnet</translation>
    </message>
    <message>
        <source>Your choices apply to photos you open next.</source>
        <translation>Was hier gewählt ist, gilt für die nächsten Fotos.</translation>
    </message>
    <message>
        <source>{depth} bit</source>
        <translation>{depth} Bit</translation>
    </message>
    <message>
        <source>Downscaled, the result differs from the photo by {mean} of 255 on average, {highest} at most.</source>
        <translation>Verkleinert weicht das Ergebnis im Mittel um {mean} von 255 vom Foto ab, höchstens um {highest}.</translation>
    </message>
</context>
<context>
    <name>LimitLines</name>
    <message>
        <source>At most: {quantity}</source>
        <translation>Höchstens: {quantity}</translation>
    </message>
    <message>
        <source>At least: {quantity}</source>
        <translation>Mindestens: {quantity}</translation>
    </message>
    <message>
        <source>no limit</source>
        <translation>keine Grenze</translation>
    </message>
    <message>
        <source>Drag to set a limit: {quantity}</source>
        <translation>Ziehen setzt eine Grenze: {quantity}</translation>
    </message>
</context>
<context>
    <name>LogView</name>
    <message>
        <source>Log of the run</source>
        <translation>Protokoll des Laufs</translation>
    </message>
    <message>
        <source>The run has said nothing yet.</source>
        <translation>Der Lauf hat noch nichts gemeldet.</translation>
    </message>
</context>
<context>
    <name>Main</name>
    <message>
        <source>Something went wrong</source>
        <translation>Etwas ist schiefgegangen</translation>
    </message>
    <message>
        <source>Your photos are safe. Please include the details when you report this problem.</source>
        <translation>Ihre Fotos sind sicher. Bitte fügen Sie die Details bei, wenn Sie dieses Problem melden.</translation>
    </message>
</context>
<context>
    <name>MainWindow</name>
    <message>
        <source>Open recent</source>
        <translation>Zuletzt geöffnet</translation>
    </message>
    <message>
        <source>More models</source>
        <translation>Weitere Modelle</translation>
    </message>
    <message>
        <source>Show in folder</source>
        <translation>Im Ordner zeigen</translation>
    </message>
    <message>
        <source>Only photos on this computer can be opened. Save it first, then drop it.</source>
        <translation>Nur Fotos auf diesem Rechner lassen sich öffnen. Erst speichern, dann ablegen.</translation>
    </message>
</context>
<context>
    <name>MessageDialog</name>
    <message>
        <source>Details</source>
        <translation>Einzelheiten</translation>
    </message>
    <message>
        <source>Show details</source>
        <translation>Einzelheiten zeigen</translation>
    </message>
    <message>
        <source>Copy details</source>
        <translation>Einzelheiten kopieren</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Schließen</translation>
    </message>
    <message>
        <source>Hide details</source>
        <translation>Einzelheiten verbergen</translation>
    </message>
    <message>
        <source>Copied</source>
        <translation>Kopiert</translation>
    </message>
</context>
<context>
    <name>MissingTraining</name>
    <message>
        <source>Command that installs what is missing</source>
        <translation>Befehl, der das Fehlende installiert</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>Kopieren</translation>
    </message>
    <message>
        <source>Trainings cannot be started here yet</source>
        <translation>Trainings können hier noch nicht gestartet werden</translation>
    </message>
    <message>
        <source>PyTorch is not installed; it is large, and enlarging photos does not need it. Install it with this command and start the app again. Trainings that are there can be looked at without it.</source>
        <translation>PyTorch ist nicht installiert; es ist groß und zum Vergrößern von Fotos nicht nötig. Installieren Sie es mit diesem Befehl und starten Sie das Programm neu. Vorhandene Trainings können auch ohne es angesehen werden.</translation>
    </message>
</context>
<context>
    <name>ModelCardView</name>
    <message>
        <source>Cost</source>
        <translation>Aufwand</translation>
    </message>
    <message>
        <source>Quality</source>
        <translation>Qualität</translation>
    </message>
    <message>
        <source>License</source>
        <translation>Lizenz</translation>
    </message>
    <message>
        <source>Details</source>
        <translation>Einzelheiten</translation>
    </message>
    <message>
        <source>Faithful</source>
        <translation>Treu</translation>
    </message>
    <message>
        <source>Vivid</source>
        <translation>Lebhaft</translation>
    </message>
    <message>
        <source>Clean photos</source>
        <translation>Saubere Fotos</translation>
    </message>
    <message>
        <source>Real photos</source>
        <translation>Echte Fotos</translation>
    </message>
    <message>
        <source>{params} K weights, {macs} G operations</source>
        <translation>{params} K Gewichte, {macs} G Op.</translation>
    </message>
    <message>
        <source>For a photo of {size} pixels</source>
        <translation>Für ein Foto von {size} Pixeln</translation>
    </message>
    <message>
        <source>not measured</source>
        <translation>nicht gemessen</translation>
    </message>
</context>
<context>
    <name>ModelDelegate</name>
    <message>
        <source>Default</source>
        <translation>Standard</translation>
    </message>
    <message>
        <source>Imported</source>
        <translation>Importiert</translation>
    </message>
    <message>
        <source>Cannot be used</source>
        <translation>Unbrauchbar</translation>
    </message>
</context>
<context>
    <name>ModelDetails</name>
    <message>
        <source>Details of the model</source>
        <translation>Einzelheiten des Modells</translation>
    </message>
    <message>
        <source>Use for photos</source>
        <translation>Für Fotos verwenden</translation>
    </message>
    <message>
        <source>Try on my photo</source>
        <translation>An meinem Foto probieren</translation>
    </message>
    <message>
        <source>Make default</source>
        <translation>Als Standard</translation>
    </message>
    <message>
        <source>Export…</source>
        <translation>Exportieren …</translation>
    </message>
    <message>
        <source>Remove…</source>
        <translation>Entfernen …</translation>
    </message>
    <message>
        <source>Where it is</source>
        <translation>Ort</translation>
    </message>
    <message>
        <source>Card</source>
        <translation>Karte</translation>
    </message>
    <message>
        <source>About</source>
        <translation>Über das Modell</translation>
    </message>
    <message>
        <source>Training</source>
        <translation>Training</translation>
    </message>
    <message>
        <source>The card does not say how.</source>
        <translation>Die Karte sagt nicht, wie.</translation>
    </message>
    <message>
        <source>Cannot be used</source>
        <translation>Unbrauchbar</translation>
    </message>
    <message>
        <source>Faithful</source>
        <translation>Treu</translation>
    </message>
    <message>
        <source>Vivid</source>
        <translation>Lebendig</translation>
    </message>
    <message>
        <source>Clean photos</source>
        <translation>Saubere Fotos</translation>
    </message>
    <message>
        <source>Real photos</source>
        <translation>Echte Fotos</translation>
    </message>
    <message>
        <source>With dials</source>
        <translation>Mit Reglern</translation>
    </message>
    <message>
        <source>Imported</source>
        <translation>Importiert</translation>
    </message>
    <message>
        <source>Included</source>
        <translation>Mitgeliefert</translation>
    </message>
    <message>
        <source>Default</source>
        <translation>Standard</translation>
    </message>
    <message>
        <source>Measured quality</source>
        <translation>Gemessene Qualität</translation>
    </message>
    <message>
        <source>It was not measured.</source>
        <translation>Sie wurde nicht gemessen.</translation>
    </message>
    <message>
        <source>Under more conditions</source>
        <translation>Unter weiteren Bedingungen</translation>
    </message>
    <message>
        <source>Files</source>
        <translation>Dateien</translation>
    </message>
    <message>
        <source>Folder</source>
        <translation>Ordner</translation>
    </message>
    <message>
        <source>Copy the SHA-256 of {file}</source>
        <translation>SHA-256 von {file} kopieren</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>Kopieren</translation>
    </message>
</context>
<context>
    <name>ModelImport</name>
    <message>
        <source>This network cannot be used</source>
        <translation>Dieses Netz ist nicht brauchbar</translation>
    </message>
    <message>
        <source>{model} was imported</source>
        <translation>{model} wurde importiert</translation>
    </message>
</context>
<context>
    <name>ModelList</name>
    <message>
        <source>Search models</source>
        <translation>Modelle suchen</translation>
    </message>
    <message>
        <source>No model matches the search</source>
        <translation>Kein Modell passt zur Suche</translation>
    </message>
    <message>
        <source>Import a network…</source>
        <translation>Netz importieren …</translation>
    </message>
    <message>
        <source>All</source>
        <translation>Alle</translation>
    </message>
    <message>
        <source>Included</source>
        <translation>Mitgeliefert</translation>
    </message>
    <message>
        <source>Imported</source>
        <translation>Importiert</translation>
    </message>
    <message>
        <source>Which models</source>
        <translation>Welche Modelle</translation>
    </message>
    <message>
        <source>By name</source>
        <translation>Nach Name</translation>
    </message>
    <message>
        <source>By quality</source>
        <translation>Nach Qualität</translation>
    </message>
    <message>
        <source>By file size</source>
        <translation>Nach Dateigröße</translation>
    </message>
    <message>
        <source>By cost</source>
        <translation>Nach Aufwand</translation>
    </message>
    <message>
        <source>Order of the list</source>
        <translation>Reihenfolge der Liste</translation>
    </message>
    <message>
        <source>Models</source>
        <translation>Modelle</translation>
    </message>
    <message>
        <source>The space bar marks a model to be compared.</source>
        <translation>Die Leertaste merkt ein Modell zum Vergleichen vor.</translation>
    </message>
    <message>
        <source>Compare {count} models</source>
        <translation>{count} Modelle vergleichen</translation>
    </message>
    <message>
        <source>Mark models to compare</source>
        <translation>Modelle zum Vergleich ankreuzen</translation>
    </message>
</context>
<context>
    <name>ModelNames</name>
    <message>
        <source>Fast</source>
        <translation>Schnell</translation>
    </message>
    <message>
        <source>Balanced</source>
        <translation>Ausgewogen</translation>
    </message>
    <message>
        <source>Best</source>
        <translation>Beste Qualität</translation>
    </message>
    <message>
        <source>For phones</source>
        <translation>Für Smartphones</translation>
    </message>
    <message>
        <source>The least work of all sizes</source>
        <translation>Die wenigste Arbeit von allen Größen</translation>
    </message>
    <message>
        <source>About {times} times as much work as {size}</source>
        <translation>Etwa {times}-mal so viel Arbeit wie {size}</translation>
    </message>
</context>
<context>
    <name>ModelPicker</name>
    <message>
        <source>Model</source>
        <translation>Modell</translation>
    </message>
    <message>
        <source>Imported networks</source>
        <translation>Importierte Netze</translation>
    </message>
</context>
<context>
    <name>ModelRemoval</name>
    <message>
        <source>The model could not be removed</source>
        <translation>Das Modell konnte nicht entfernt werden</translation>
    </message>
    <message>
        <source>{name} was removed</source>
        <translation>{name} wurde entfernt</translation>
    </message>
    <message>
        <source>{name} was removed; these files were kept: {files}</source>
        <translation>{name} wurde entfernt; diese Dateien blieben: {files}</translation>
    </message>
</context>
<context>
    <name>ModelRows</name>
    <message>
        <source>cannot be used</source>
        <translation>unbrauchbar</translation>
    </message>
    <message>
        <source>default</source>
        <translation>Standard</translation>
    </message>
    <message>
        <source>imported</source>
        <translation>importiert</translation>
    </message>
    <message>
        <source>not measured</source>
        <translation>nicht gemessen</translation>
    </message>
</context>
<context>
    <name>ModelsPage</name>
    <message>
        <source>Four models at most can be compared</source>
        <translation>Höchstens vier Modelle können verglichen werden</translation>
    </message>
    <message>
        <source>Choose a model first</source>
        <translation>Zuerst ein Modell auswählen</translation>
    </message>
    <message>
        <source>Photos are upscaled with {name} from now on</source>
        <translation>Fotos werden ab jetzt mit {name} vergrößert</translation>
    </message>
</context>
<context>
    <name>NewRunView</name>
    <message>
        <source>New training</source>
        <translation>Neues Training</translation>
    </message>
    <message>
        <source>Preset</source>
        <translation>Vorlage</translation>
    </message>
    <message>
        <source>Copy of a run</source>
        <translation>Kopie eines Laufs</translation>
    </message>
    <message>
        <source>Form</source>
        <translation>Formular</translation>
    </message>
    <message>
        <source>One row per field</source>
        <translation>Eine Zeile je Feld</translation>
    </message>
    <message>
        <source>The recipe as text</source>
        <translation>Das Rezept als Text</translation>
    </message>
    <message>
        <source>Find a field</source>
        <translation>Feld suchen</translation>
    </message>
    <message>
        <source>All fields</source>
        <translation>Alle Felder</translation>
    </message>
    <message>
        <source>Recipe as YAML</source>
        <translation>Rezept als YAML</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source>Estimate</source>
        <translation>Schätzen</translation>
    </message>
    <message>
        <source>Try some steps to learn how long it will take</source>
        <translation>Einige Schritte probieren, um die Dauer zu erfahren</translation>
    </message>
    <message>
        <source>Start training</source>
        <translation>Training starten</translation>
    </message>
    <message>
        <source>It could not be tried: {reason}</source>
        <translation>Der Versuch misslang: {reason}</translation>
    </message>
    <message>
        <source>Time and memory are not known yet.</source>
        <translation>Zeit und Speicher sind noch nicht bekannt.</translation>
    </message>
    <message>
        <source>Stop trying</source>
        <translation>Versuch beenden</translation>
    </message>
    <message>
        <source>Some steps are being tried, for half a minute…</source>
        <translation>Einige Schritte werden probiert, eine halbe Minute lang …</translation>
    </message>
</context>
<context>
    <name>NoticeBar</name>
    <message>
        <source>Close</source>
        <translation>Schließen</translation>
    </message>
    <message>
        <source>and {count} more</source>
        <translation>und {count} weitere</translation>
    </message>
</context>
<context>
    <name>OutputControls</name>
    <message>
        <source>Output</source>
        <translation>Ausgabe</translation>
    </message>
    <message>
        <source>Format</source>
        <translation>Format</translation>
    </message>
    <message>
        <source>Quality</source>
        <translation>Qualität</translation>
    </message>
    <message>
        <source>Folder</source>
        <translation>Ordner</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>Name</translation>
    </message>
    <message>
        <source>If it exists</source>
        <translation>Falls belegt</translation>
    </message>
    <message>
        <source>Beside the photo</source>
        <translation>Neben dem Foto</translation>
    </message>
    <message>
        <source>Choose…</source>
        <translation>Wählen …</translation>
    </message>
    <message>
        <source>Folder “upscaled” beside the photo</source>
        <translation>Ordner „upscaled“ neben dem Foto</translation>
    </message>
</context>
<context>
    <name>Pages</name>
    <message>
        <source>Photos</source>
        <translation>Fotos</translation>
    </message>
    <message>
        <source>Train</source>
        <translation>Training</translation>
    </message>
    <message>
        <source>Search</source>
        <translation>Suche</translation>
    </message>
    <message>
        <source>Export</source>
        <translation>Export</translation>
    </message>
    <message>
        <source>Models</source>
        <translation>Modelle</translation>
    </message>
</context>
<context>
    <name>PairCanvas</name>
    <message>
        <source>Two enlargements of one photo, left and right</source>
        <translation>Zwei Vergrößerungen eines Fotos, links und rechts</translation>
    </message>
    <message>
        <source>Plus and minus zoom, arrow keys move, F shows all of it.</source>
        <translation>Plus und Minus zoomen, Pfeiltasten verschieben, F zeigt alles.</translation>
    </message>
    <message>
        <source>Left</source>
        <translation>Links</translation>
    </message>
    <message>
        <source>Right</source>
        <translation>Rechts</translation>
    </message>
</context>
<context>
    <name>Pasting</name>
    <message>
        <source>There is no photo to paste</source>
        <translation>Kein Foto zum Einfügen</translation>
    </message>
</context>
<context>
    <name>PhotoStatus</name>
    <message>
        <source>Opening {name}…</source>
        <translation>Öffne {name} …</translation>
    </message>
    <message>
        <source>{name} could not be opened</source>
        <translation>{name} ließ sich nicht öffnen</translation>
    </message>
    <message>
        <source>This photo could not be opened</source>
        <translation>Dieses Foto ließ sich nicht öffnen</translation>
    </message>
    <message>
        <source>No preview: {reason}</source>
        <translation>Keine Vorschau: {reason}</translation>
    </message>
</context>
<context>
    <name>PicturesPanel</name>
    <message>
        <source>Sample picture, compared</source>
        <translation>Beispielbild im Vergleich</translation>
    </message>
    <message>
        <source>Sample pictures appear here after the first validation.</source>
        <translation>Nach der ersten Messung erscheinen hier Beispielbilder.</translation>
    </message>
    <message>
        <source>Crop {number}</source>
        <translation>Ausschnitt {number}</translation>
    </message>
    <message>
        <source>Crop</source>
        <translation>Ausschnitt</translation>
    </message>
    <message>
        <source>Compare with the input, enlarged by bicubic interpolation</source>
        <translation>Mit der bikubisch vergrößerten Vorlage vergleichen</translation>
    </message>
    <message>
        <source>Compare with the original photo</source>
        <translation>Mit dem Originalfoto vergleichen</translation>
    </message>
    <message>
        <source>Input</source>
        <translation>Eingabe</translation>
    </message>
    <message>
        <source>Original</source>
        <translation>Original</translation>
    </message>
    <message>
        <source>Compared with</source>
        <translation>Verglichen mit</translation>
    </message>
    <message>
        <source>Step of the sample picture</source>
        <translation>Schritt des Beispielbilds</translation>
    </message>
    <message>
        <source>Step {step}</source>
        <translation>Schritt {step}</translation>
    </message>
    <message>
        <source>Input, bicubic</source>
        <translation>Eingabe, bikubisch</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>Stoppen</translation>
    </message>
    <message>
        <source>Play the steps</source>
        <translation>Schritte abspielen</translation>
    </message>
</context>
<context>
    <name>PicturesView</name>
    <message>
        <source>Bicubic</source>
        <translation>Bikubisch</translation>
    </message>
    <message>
        <source>Part of a sample photo, enlarged by {name}</source>
        <translation>Ausschnitt eines Beispielfotos, vergrößert mit {name}</translation>
    </message>
</context>
<context>
    <name>PlotView</name>
    <message>
        <source>Arrow keys go from point to point; plus and minus zoom; 0 shows everything</source>
        <translation>Pfeiltasten gehen von Punkt zu Punkt; Plus und Minus zoomen; 0 zeigt alles</translation>
    </message>
</context>
<context>
    <name>PresentationController</name>
    <message>
        <source>There is nothing to present yet</source>
        <translation>Es gibt noch nichts zu präsentieren</translation>
    </message>
</context>
<context>
    <name>PresentationView</name>
    <message>
        <source>{place} selected</source>
        <translation>{place} ausgewählt</translation>
    </message>
</context>
<context>
    <name>QuestionPage</name>
    <message>
        <source>1   Left looks better</source>
        <translation>1   Links sieht besser aus</translation>
    </message>
    <message>
        <source>0   No difference</source>
        <translation>0   Kein Unterschied</translation>
    </message>
    <message>
        <source>2   Right looks better</source>
        <translation>2   Rechts sieht besser aus</translation>
    </message>
    <message>
        <source>Undo the last answer</source>
        <translation>Letzte Antwort zurücknehmen</translation>
    </message>
    <message>
        <source>Stop and go on later</source>
        <translation>Aufhören und später weitermachen</translation>
    </message>
    <message>
        <source>Progress of the blind test</source>
        <translation>Fortschritt des Blindtests</translation>
    </message>
    <message>
        <source>Which one looks better?</source>
        <translation>Welches Bild sieht besser aus?</translation>
    </message>
    <message>
        <source>Backspace</source>
        <translation>Rücktaste</translation>
    </message>
    <message>
        <source>Esc</source>
        <translation>Esc</translation>
    </message>
    <message>
        <source>Question {number} of {count}</source>
        <translation>Frage {number} von {count}</translation>
    </message>
    <message>
        <source>The enlargements are being made…</source>
        <translation>Die Vergrößerungen werden berechnet …</translation>
    </message>
</context>
<context>
    <name>QueueActions</name>
    <message>
        <source>{count} photos added to the queue</source>
        <translation>{count} Fotos in die Warteschlange gestellt</translation>
    </message>
    <message>
        <source>{count} photos added to the queue, each with restoration {share} %</source>
        <translation>{count} Fotos zur Warteschlange hinzugefügt, jedes mit Restaurierung {share} %</translation>
    </message>
    <message>
        <source>Saved {name}</source>
        <translation>{name} gespeichert</translation>
    </message>
    <message>
        <source>Ran on: {device}</source>
        <translation>Lief auf: {device}</translation>
    </message>
    <message>
        <source>{name} failed: {reason}</source>
        <translation>{name} ist fehlgeschlagen: {reason}</translation>
    </message>
    <message>
        <source>Queue finished: {done} done, {failed} failed</source>
        <translation>Warteschlange beendet: {done} fertig, {failed} fehlgeschlagen</translation>
    </message>
    <message>
        <source>{name} could not be enlarged</source>
        <translation>{name} ließ sich nicht vergrößern</translation>
    </message>
</context>
<context>
    <name>QueueModel</name>
    <message>
        <source>Waiting</source>
        <translation>Wartet</translation>
    </message>
    <message>
        <source>Upscaling</source>
        <translation>Vergrößert</translation>
    </message>
    <message>
        <source>Paused</source>
        <translation>Angehalten</translation>
    </message>
    <message>
        <source>Done</source>
        <translation>Fertig</translation>
    </message>
    <message>
        <source>Skipped</source>
        <translation>Übersprungen</translation>
    </message>
    <message>
        <source>Failed</source>
        <translation>Fehlgeschlagen</translation>
    </message>
    <message>
        <source>Cancelled</source>
        <translation>Abgebrochen</translation>
    </message>
    <message>
        <source>Restoration: estimated when the photo is enlarged</source>
        <translation>Restaurierung: wird beim Vergrößern des Fotos geschätzt</translation>
    </message>
    <message>
        <source>Restoration {share}</source>
        <translation>Restaurierung {share}</translation>
    </message>
    <message>
        <source>Restoration {share}, estimated: {reason}</source>
        <translation>Restaurierung {share}, geschätzt: {reason}</translation>
    </message>
    <message>
        <source>Auto {share}</source>
        <translation>Auto {share}</translation>
    </message>
</context>
<context>
    <name>QueuePanel</name>
    <message>
        <source>Queue</source>
        <translation>Warteschlange</translation>
    </message>
    <message>
        <source>Progress of the whole queue</source>
        <translation>Fortschritt der ganzen Warteschlange</translation>
    </message>
    <message>
        <source>Paused</source>
        <translation>Angehalten</translation>
    </message>
    <message>
        <source>Start the queue</source>
        <translation>Warteschlange starten</translation>
    </message>
    <message>
        <source>Cancel all</source>
        <translation>Alle abbrechen</translation>
    </message>
    <message>
        <source>Retry failed</source>
        <translation>Fehlgeschlagene wiederholen</translation>
    </message>
    <message>
        <source>Show in folder</source>
        <translation>Im Ordner zeigen</translation>
    </message>
    <message>
        <source>Remove finished</source>
        <translation>Fertige entfernen</translation>
    </message>
    <message>
        <source>Cancel selected</source>
        <translation>Ausgewählte abbrechen</translation>
    </message>
    <message>
        <source>Retry selected</source>
        <translation>Ausgewählte wiederholen</translation>
    </message>
    <message>
        <source>Remove selected</source>
        <translation>Ausgewählte entfernen</translation>
    </message>
    <message>
        <source>Pause</source>
        <translation>Anhalten</translation>
    </message>
    <message>
        <source>Empty. Dropped photos and folders wait here.</source>
        <translation>Leer. Abgelegte Fotos und Ordner warten hier.</translation>
    </message>
    <message>
        <source>{done} of {total} done</source>
        <translation>{done} von {total} fertig</translation>
    </message>
    <message>
        <source>{count} failed</source>
        <translation>{count} fehlgeschlagen</translation>
    </message>
    <message>
        <source>about {time} left</source>
        <translation>noch etwa {time}</translation>
    </message>
    <message>
        <source>about {time}</source>
        <translation>etwa {time}</translation>
    </message>
    <message>
        <source>{memory} memory, {disk} disk</source>
        <translation>{memory} Speicher, {disk} Platte</translation>
    </message>
    <message>
        <source>Open in the viewer</source>
        <translation>In der Ansicht öffnen</translation>
    </message>
    <message>
        <source>Show the error</source>
        <translation>Fehler zeigen</translation>
    </message>
</context>
<context>
    <name>RankingTable</name>
    <message>
        <source>Ranking</source>
        <translation>Rangfolge</translation>
    </message>
    <message>
        <source>Place</source>
        <translation>Rang</translation>
    </message>
    <message>
        <source>Model</source>
        <translation>Modell</translation>
    </message>
    <message>
        <source>Preferred</source>
        <translation>Vorgezogen</translation>
    </message>
    <message>
        <source>0 to 100 %</source>
        <translation>0 bis 100 %</translation>
    </message>
</context>
<context>
    <name>RecipeDraft</name>
    <message>
        <source>There is no such folder.</source>
        <translation>Diesen Ordner gibt es nicht.</translation>
    </message>
</context>
<context>
    <name>RecipeForm</name>
    <message>
        <source>No field has these words.</source>
        <translation>Kein Feld enthält diese Wörter.</translation>
    </message>
</context>
<context>
    <name>RecipeView</name>
    <message>
        <source>Recipe of the run</source>
        <translation>Rezept des Laufs</translation>
    </message>
    <message>
        <source>Run to compare the recipe with</source>
        <translation>Lauf, mit dessen Rezept verglichen wird</translation>
    </message>
    <message>
        <source>Differences of the recipes</source>
        <translation>Unterschiede der Rezepte</translation>
    </message>
    <message>
        <source>Compared with</source>
        <translation>Verglichen mit</translation>
    </message>
    <message>
        <source>Choose a run…</source>
        <translation>Lauf wählen …</translation>
    </message>
    <message>
        <source>Field</source>
        <translation>Feld</translation>
    </message>
    <message>
        <source>This run</source>
        <translation>Dieser Lauf</translation>
    </message>
    <message>
        <source>The other</source>
        <translation>Der andere</translation>
    </message>
    <message>
        <source>Shows in which fields the recipes of two runs differ.</source>
        <translation>Zeigt, in welchen Feldern sich die Rezepte zweier Läufe unterscheiden.</translation>
    </message>
    <message>
        <source>The recipes are the same.</source>
        <translation>Die Rezepte sind gleich.</translation>
    </message>
    <message>
        <source>{count} fields differ.</source>
        <translation>{count} Felder unterscheiden sich.</translation>
    </message>
</context>
<context>
    <name>RemoveDialog</name>
    <message>
        <source>Remove a model</source>
        <translation>Modell entfernen</translation>
    </message>
    <message>
        <source>Remove {name}?</source>
        <translation>{name} entfernen?</translation>
    </message>
    <message>
        <source>Its card is deleted. Its network files stay in {folder}.</source>
        <translation>Seine Karte wird gelöscht. Seine Netzdateien bleiben in {folder}.</translation>
    </message>
    <message>
        <source>Its card and its files are deleted from {folder}; the file that it was imported from stays. Photos in the queue that wait for it are enlarged by {instead}.</source>
        <translation>Seine Karte und seine Dateien werden aus {folder} gelöscht; die Datei, aus der es importiert wurde, bleibt. Fotos in der Warteschlange, die darauf warten, werden mit {instead} vergrößert.</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>Entfernen</translation>
    </message>
    <message>
        <source>Keep</source>
        <translation>Behalten</translation>
    </message>
</context>
<context>
    <name>ReportView</name>
    <message>
        <source>Targets</source>
        <translation>Ziele</translation>
    </message>
    <message>
        <source>All</source>
        <translation>Alle</translation>
    </message>
    <message>
        <source>None</source>
        <translation>Keine</translation>
    </message>
    <message>
        <source>Progress of the export</source>
        <translation>Fortschritt des Exports</translation>
    </message>
    <message>
        <source>Open folder</source>
        <translation>Ordner öffnen</translation>
    </message>
    <message>
        <source>Check bundle</source>
        <translation>Paket prüfen</translation>
    </message>
</context>
<context>
    <name>ResultPage</name>
    <message>
        <source>The eye and the metrics</source>
        <translation>Das Auge und die Messwerte</translation>
    </message>
    <message>
        <source>Answer more questions</source>
        <translation>Weitere Fragen beantworten</translation>
    </message>
    <message>
        <source>Show the selected model</source>
        <translation>Gewähltes Modell zeigen</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Schließen</translation>
    </message>
    <message>
        <source>The ranking</source>
        <translation>Die Rangfolge</translation>
    </message>
    <message>
        <source>How consistent the answers are</source>
        <translation>Wie beständig die Antworten sind</translation>
    </message>
</context>
<context>
    <name>ResultsView</name>
    <message>
        <source>Results of evaluations</source>
        <translation>Ergebnisse der Messungen</translation>
    </message>
    <message>
        <source>Evaluate measures the network on photos of your own, beside bicubic.</source>
        <translation>„Messen“ misst das Netz an eigenen Fotos, neben bikubischer Vergrößerung.</translation>
    </message>
    <message>
        <source>Photos</source>
        <translation>Fotos</translation>
    </message>
    <message>
        <source>Network</source>
        <translation>Netz</translation>
    </message>
</context>
<context>
    <name>RunCommands</name>
    <message>
        <source>The training could not be started</source>
        <translation>Das Training konnte nicht gestartet werden</translation>
    </message>
    <message>
        <source>The run could not be changed</source>
        <translation>Der Lauf konnte nicht geändert werden</translation>
    </message>
    <message>
        <source>The recipe of this run cannot be read</source>
        <translation>Das Rezept dieses Laufs kann nicht gelesen werden</translation>
    </message>
    <message>
        <source>Measuring {run}…</source>
        <translation>{run} wird gemessen …</translation>
    </message>
    <message>
        <source>{run} could not be measured</source>
        <translation>{run} konnte nicht gemessen werden</translation>
    </message>
    <message>
        <source>{run} was measured</source>
        <translation>{run} wurde gemessen</translation>
    </message>
    <message>
        <source>Adding {run} to the models…</source>
        <translation>{run} wird zu den Modellen hinzugefügt …</translation>
    </message>
    <message>
        <source>{run} could not become a model</source>
        <translation>{run} konnte kein Modell werden</translation>
    </message>
    <message>
        <source>{model} is one of the models now</source>
        <translation>{model} gehört jetzt zu den Modellen</translation>
    </message>
</context>
<context>
    <name>RunHeader</name>
    <message>
        <source>Progress of the run</source>
        <translation>Fortschritt des Laufs</translation>
    </message>
    <message>
        <source>{time} left</source>
        <translation>noch {time}</translation>
    </message>
    <message>
        <source>reading photos, {share}</source>
        <translation>liest Fotos, {share}</translation>
    </message>
    <message>
        <source>Pause</source>
        <translation>Anhalten</translation>
    </message>
    <message>
        <source>Save the state and end the process</source>
        <translation>Den Stand sichern und den Prozess beenden</translation>
    </message>
    <message>
        <source>Resume</source>
        <translation>Fortsetzen</translation>
    </message>
    <message>
        <source>Go on from the last checkpoint</source>
        <translation>Ab der letzten Sicherung weitermachen</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>Stoppen</translation>
    </message>
    <message>
        <source>End with a checkpoint</source>
        <translation>Mit einer Sicherung beenden</translation>
    </message>
    <message>
        <source>Evaluate…</source>
        <translation>Messen …</translation>
    </message>
    <message>
        <source>Measure it on photos of your own</source>
        <translation>An eigenen Fotos messen</translation>
    </message>
    <message>
        <source>Export…</source>
        <translation>Exportieren …</translation>
    </message>
    <message>
        <source>Turn it into files for other devices</source>
        <translation>In Dateien für andere Geräte umwandeln</translation>
    </message>
    <message>
        <source>Add to models</source>
        <translation>Zu den Modellen</translation>
    </message>
    <message>
        <source>Make it one of the models of this app</source>
        <translation>Zu einem Modell dieses Programms machen</translation>
    </message>
    <message>
        <source>Use on a photo</source>
        <translation>Auf ein Foto anwenden</translation>
    </message>
    <message>
        <source>Choose it on the page of photos</source>
        <translation>Auf der Seite der Fotos wählen</translation>
    </message>
    <message>
        <source>More about this run</source>
        <translation>Mehr zu diesem Lauf</translation>
    </message>
    <message>
        <source>Start a copy with changes…</source>
        <translation>Kopie mit Änderungen starten …</translation>
    </message>
    <message>
        <source>Show the folder</source>
        <translation>Ordner zeigen</translation>
    </message>
    <message>
        <source>What could be read of the run is shown.</source>
        <translation>Gezeigt wird, was sich von dem Lauf lesen ließ.</translation>
    </message>
    <message>
        <source>This folder is damaged: {fault}</source>
        <translation>Dieser Ordner ist beschädigt: {fault}</translation>
    </message>
    <message>
        <source>The process of this run is gone: it was killed, or the computer stopped.</source>
        <translation>Der Prozess dieses Laufs ist weg: Er wurde beendet, oder der Computer ging aus.</translation>
    </message>
    <message>
        <source>Resume it; it goes on from its last checkpoint with the same result.</source>
        <translation>Setzen Sie ihn fort; er macht ab der letzten Sicherung mit demselben Ergebnis weiter.</translation>
    </message>
</context>
<context>
    <name>RunListPanel</name>
    <message>
        <source>New training</source>
        <translation>Neues Training</translation>
    </message>
    <message>
        <source>Trainings</source>
        <translation>Trainings</translation>
    </message>
    <message>
        <source>The space bar draws a training into the charts of the current one.</source>
        <translation>Die Leertaste zeichnet ein Training in die Diagramme des aktuellen.</translation>
    </message>
    <message>
        <source>Marked trainings are drawn into the same charts.</source>
        <translation>Markierte Trainings werden in dieselben Diagramme gezeichnet.</translation>
    </message>
</context>
<context>
    <name>RunTexts</name>
    <message>
        <source>Not started</source>
        <translation>Nicht gestartet</translation>
    </message>
    <message>
        <source>Starting</source>
        <translation>Startet</translation>
    </message>
    <message>
        <source>Running</source>
        <translation>Läuft</translation>
    </message>
    <message>
        <source>Paused</source>
        <translation>Angehalten</translation>
    </message>
    <message>
        <source>Finished</source>
        <translation>Fertig</translation>
    </message>
    <message>
        <source>Failed</source>
        <translation>Fehlgeschlagen</translation>
    </message>
    <message>
        <source>Stopped</source>
        <translation>Gestoppt</translation>
    </message>
    <message>
        <source>Interrupted</source>
        <translation>Unterbrochen</translation>
    </message>
    <message>
        <source>Damaged</source>
        <translation>Beschädigt</translation>
    </message>
    <message>
        <source>Start a copy with smaller batches or patches (data.batch_size, data.patch_px), or let each batch be processed in parts (accumulate).</source>
        <translation>Starten Sie eine Kopie mit kleineren Stapeln oder Ausschnitten (data.batch_size, data.patch_px), oder lassen Sie jeden Stapel in Teilen verarbeiten (accumulate).</translation>
    </message>
    <message>
        <source>Start a copy with a lower learning rate (schedule.learning_rate); half of it is a good first try.</source>
        <translation>Starten Sie eine Kopie mit niedrigerer Lernrate (schedule.learning_rate); die Hälfte ist ein guter erster Versuch.</translation>
    </message>
    <message>
        <source>Free some space on the disk, then resume the run.</source>
        <translation>Schaffen Sie Platz auf der Festplatte und setzen Sie den Lauf fort.</translation>
    </message>
    <message>
        <source>Make the folder of the run writable again, then resume the run.</source>
        <translation>Machen Sie den Ordner des Laufs wieder beschreibbar und setzen Sie den Lauf fort.</translation>
    </message>
    <message>
        <source>Start a copy in which the value that is named above is changed.</source>
        <translation>Starten Sie eine Kopie, in der der oben genannte Wert geändert ist.</translation>
    </message>
    <message>
        <source>Install what is missing, then resume the run.</source>
        <translation>Installieren Sie das Fehlende und setzen Sie den Lauf fort.</translation>
    </message>
    <message>
        <source>L1</source>
        <translation>L1</translation>
    </message>
    <message>
        <source>Pixels</source>
        <translation>Pixel</translation>
    </message>
    <message>
        <source>Perceptual</source>
        <translation>Wahrnehmung</translation>
    </message>
    <message>
        <source>Adversarial</source>
        <translation>Gegenspieler</translation>
    </message>
    <message>
        <source>Discriminator</source>
        <translation>Diskriminator</translation>
    </message>
    <message>
        <source>Teacher&apos;s picture</source>
        <translation>Bild des Lehrers</translation>
    </message>
    <message>
        <source>Features</source>
        <translation>Merkmale</translation>
    </message>
    <message>
        <source>Largest subnet&apos;s picture</source>
        <translation>Bild des größten Teilnetzes</translation>
    </message>
    <message>
        <source>Artifacts</source>
        <translation>Artefakte</translation>
    </message>
    <message>
        <source>Variation</source>
        <translation>Variation</translation>
    </message>
    <message>
        <source>Gates</source>
        <translation>Tore</translation>
    </message>
    <message>
        <source>Color</source>
        <translation>Farbe</translation>
    </message>
    <message>
        <source>Tone</source>
        <translation>Ton</translation>
    </message>
    <message>
        <source>Checkerboard</source>
        <translation>Schachbrett</translation>
    </message>
    <message>
        <source>Style</source>
        <translation>Stil</translation>
    </message>
    <message>
        <source>Structure</source>
        <translation>Struktur</translation>
    </message>
    <message>
        <source>step {done} of {total}</source>
        <translation>Schritt {done} von {total}</translation>
    </message>
    <message>
        <source>best {value} dB</source>
        <translation>bester Wert {value} dB</translation>
    </message>
    <message>
        <source>{time} left</source>
        <translation>noch {time}</translation>
    </message>
    <message>
        <source>started {time}</source>
        <translation>begonnen {time}</translation>
    </message>
    <message>
        <source>trained for {time}</source>
        <translation>{time} trainiert</translation>
    </message>
    <message>
        <source>Resume the run from its last checkpoint, or start a copy with other values.</source>
        <translation>Setzen Sie den Lauf ab seiner letzten Sicherung fort, oder starten Sie eine Kopie mit anderen Werten.</translation>
    </message>
    <message>
        <source>PSNR</source>
        <translation>PSNR</translation>
    </message>
    <message>
        <source>PSNR (RGB)</source>
        <translation>PSNR (RGB)</translation>
    </message>
    <message>
        <source>Learning rate</source>
        <translation>Lernrate</translation>
    </message>
    <message>
        <source>Pictures per second</source>
        <translation>Bilder je Sekunde</translation>
    </message>
    <message>
        <source>Peak memory (MB)</source>
        <translation>Höchster Speicherbedarf (MB)</translation>
    </message>
    <message>
        <source>Peak memory of the graphics card (MB)</source>
        <translation>Höchster Bedarf der Grafikkarte (MB)</translation>
    </message>
    <message>
        <source>Share of time waiting for data</source>
        <translation>Anteil der Wartezeit auf Daten</translation>
    </message>
    <message>
        <source>about {time}</source>
        <translation>etwa {time}</translation>
    </message>
    <message>
        <source>{size} of memory</source>
        <translation>{size} Arbeitsspeicher</translation>
    </message>
    <message>
        <source>{size} on the graphics card</source>
        <translation>{size} auf der Grafikkarte</translation>
    </message>
    <message>
        <source>as {run} took</source>
        <translation>wie bei {run}</translation>
    </message>
    <message>
        <source>measured over {count} steps</source>
        <translation>gemessen an {count} Schritten</translation>
    </message>
    <message>
        <source>That is more than the {size} of memory that are free.</source>
        <translation>Das ist mehr als die {size} Arbeitsspeicher, die frei sind.</translation>
    </message>
</context>
<context>
    <name>RunView</name>
    <message>
        <source>Overview</source>
        <translation>Überblick</translation>
    </message>
    <message>
        <source>Results</source>
        <translation>Ergebnisse</translation>
    </message>
    <message>
        <source>Recipe</source>
        <translation>Rezept</translation>
    </message>
    <message>
        <source>Log</source>
        <translation>Protokoll</translation>
    </message>
</context>
<context>
    <name>SearchDialog</name>
    <message>
        <source>New search</source>
        <translation>Neue Suche</translation>
    </message>
    <message>
        <source>Finds the networks of a trained supernet that no other beats. It runs in the background and goes on when this window is closed.</source>
        <translation>Findet die Netze eines trainierten Supernetzes, die kein anderes übertrifft. Sie läuft im Hintergrund und geht weiter, wenn dieses Fenster geschlossen wird.</translation>
    </message>
    <message>
        <source>No device: multiply-accumulates count</source>
        <translation>Kein Gerät: Rechenschritte (MACs) zählen</translation>
    </message>
    <message>
        <source>Recipe</source>
        <translation>Rezept</translation>
    </message>
    <message>
        <source>Trained supernet</source>
        <translation>Trainiertes Supernetz</translation>
    </message>
    <message>
        <source>Photos to measure on</source>
        <translation>Fotos zum Messen</translation>
    </message>
    <message>
        <source>Device</source>
        <translation>Gerät</translation>
    </message>
    <message>
        <source>Candidates to evaluate</source>
        <translation>Auszuwertende Kandidaten</translation>
    </message>
    <message>
        <source>Processes</source>
        <translation>Prozesse</translation>
    </message>
    <message>
        <source>Choose…</source>
        <translation>Auswählen …</translation>
    </message>
    <message>
        <source>Start search</source>
        <translation>Suche starten</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
</context>
<context>
    <name>SearchList</name>
    <message>
        <source>New search…</source>
        <translation>Neue Suche …</translation>
    </message>
    <message>
        <source>Searches</source>
        <translation>Suchen</translation>
    </message>
    <message>
        <source>Pause</source>
        <translation>Anhalten</translation>
    </message>
    <message>
        <source>End the process after the candidate that is being evaluated</source>
        <translation>Beendet den Prozess nach dem Kandidaten, der gerade bewertet wird</translation>
    </message>
    <message>
        <source>Go on from the candidates that are there</source>
        <translation>Macht mit den vorhandenen Kandidaten weiter</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>Stoppen</translation>
    </message>
    <message>
        <source>End it; what was found stays</source>
        <translation>Beendet sie; was gefunden wurde, bleibt</translation>
    </message>
    <message>
        <source>Resume</source>
        <translation>Fortsetzen</translation>
    </message>
    <message>
        <source>Open folder…</source>
        <translation>Ordner öffnen …</translation>
    </message>
</context>
<context>
    <name>SearchMetrics</name>
    <message>
        <source>PSNR-Y</source>
        <translation>PSNR-Y</translation>
    </message>
    <message>
        <source>LPIPS</source>
        <translation>LPIPS</translation>
    </message>
    <message>
        <source>Latency</source>
        <translation>Latenz</translation>
    </message>
    <message>
        <source>Latency, measured</source>
        <translation>Latenz, gemessen</translation>
    </message>
    <message>
        <source>Peak memory</source>
        <translation>Spitzenspeicher</translation>
    </message>
    <message>
        <source>MACs</source>
        <translation>MACs</translation>
    </message>
    <message>
        <source>Parameters</source>
        <translation>Parameter</translation>
    </message>
    <message>
        <source>File size</source>
        <translation>Dateigröße</translation>
    </message>
    <message>
        <source>predicted</source>
        <translation>vorhergesagt</translation>
    </message>
    <message>
        <source>estimated</source>
        <translation>geschätzt</translation>
    </message>
    <message>
        <source>{device}: latency composed of times measured on it</source>
        <translation>{device}: Latenz aus dort gemessenen Zeiten zusammengesetzt</translation>
    </message>
    <message>
        <source>{device}: latency estimated from its data sheet, within a factor of two</source>
        <translation>{device}: Latenz aus dem Datenblatt geschätzt, bis auf einen Faktor zwei</translation>
    </message>
    <message>
        <source>{device}: latency estimated from published times</source>
        <translation>{device}: Latenz aus veröffentlichten Zeiten geschätzt</translation>
    </message>
</context>
<context>
    <name>SearchPage</name>
    <message>
        <source>The search was not started</source>
        <translation>Die Suche wurde nicht gestartet</translation>
    </message>
    <message>
        <source>{name} is among your models now</source>
        <translation>{name} gehört jetzt zu Ihren Modellen</translation>
    </message>
    <message>
        <source>This could not be done</source>
        <translation>Das ging nicht</translation>
    </message>
    <message>
        <source>No preview: {reason}</source>
        <translation>Keine Vorschau: {reason}</translation>
    </message>
</context>
<context>
    <name>SearchTexts</name>
    <message>
        <source>{done} of {total}</source>
        <translation>{done} von {total}</translation>
    </message>
    <message>
        <source>running, {count}, {time} left</source>
        <translation>läuft, {count}, noch {time}</translation>
    </message>
    <message>
        <source>not started</source>
        <translation>nicht gestartet</translation>
    </message>
    <message>
        <source>running, {count}</source>
        <translation>läuft, {count}</translation>
    </message>
    <message>
        <source>paused, {count}</source>
        <translation>angehalten, {count}</translation>
    </message>
    <message>
        <source>finished, {done} candidates</source>
        <translation>fertig, {done} Kandidaten</translation>
    </message>
    <message>
        <source>stopped, {count}</source>
        <translation>gestoppt, {count}</translation>
    </message>
    <message>
        <source>failed, {count}</source>
        <translation>gescheitert, {count}</translation>
    </message>
    <message>
        <source>interrupted, {count}</source>
        <translation>unterbrochen, {count}</translation>
    </message>
    <message>
        <source>damaged</source>
        <translation>beschädigt</translation>
    </message>
    <message>
        <source>starting</source>
        <translation>startet</translation>
    </message>
    <message>
        <source>Starting searches needs {packages}: pip install &quot;mfagan-studio[search]&quot;. Existing ones can be opened.</source>
        <translation>Neue Suchen brauchen {packages}: pip install &quot;mfagan-studio[search]&quot;. Vorhandene lassen sich öffnen.</translation>
    </message>
    <message>
        <source>No model of this candidate was made yet. Making one needs {packages}: pip install &quot;mfagan-studio[search]&quot;</source>
        <translation>Von diesem Kandidaten gibt es noch kein Modell. Dafür braucht es {packages}: pip install &quot;mfagan-studio[search]&quot;</translation>
    </message>
    <message>
        <source>No model of this candidate was made yet, and the supernet of its search is not here. Points with a picture have a model.</source>
        <translation>Von diesem Kandidaten gibt es noch kein Modell, und das Supernetz seiner Suche ist nicht hier. Punkte mit einem Bild haben ein Modell.</translation>
    </message>
    <message>
        <source>{count} files cannot be read: {first}</source>
        <translation>{count} Dateien sind nicht lesbar: {first}</translation>
    </message>
    <message>
        <source>No search is there yet. Start one, or open the folder of one: it shows which networks no other beats.</source>
        <translation>Noch gibt es keine Suche. Starten Sie eine oder öffnen Sie den Ordner einer Suche: Sie zeigt, welche Netze kein anderes übertrifft.</translation>
    </message>
    <message>
        <source>No model of this candidate was made yet; the panel says how.</source>
        <translation>Von diesem Kandidaten gibt es noch kein Modell; wie es entsteht, steht rechts.</translation>
    </message>
    <message>
        <source>Opening the photo…</source>
        <translation>Foto wird geöffnet …</translation>
    </message>
    <message>
        <source>Click a point: {name} is enlarged by that network at once.</source>
        <translation>Ein Klick auf einen Punkt: {name} wird sofort mit diesem Netz vergrößert.</translation>
    </message>
</context>
<context>
    <name>Settings</name>
    <message>
        <source>Appearance</source>
        <translation>Aussehen</translation>
    </message>
    <message>
        <source>Viewer</source>
        <translation>Ansicht</translation>
    </message>
    <message>
        <source>Output</source>
        <translation>Ausgabe</translation>
    </message>
    <message>
        <source>Processing</source>
        <translation>Verarbeitung</translation>
    </message>
    <message>
        <source>Presentation</source>
        <translation>Vorführung</translation>
    </message>
    <message>
        <source>Keyboard</source>
        <translation>Tastatur</translation>
    </message>
    <message>
        <source>Theme</source>
        <translation>Farbschema</translation>
    </message>
    <message>
        <source>Neutral grays leave the colors to the photo.</source>
        <translation>Neutrale Grautöne überlassen die Farben dem Foto.</translation>
    </message>
    <message>
        <source>Follow the system</source>
        <translation>Wie das System</translation>
    </message>
    <message>
        <source>Dark</source>
        <translation>Dunkel</translation>
    </message>
    <message>
        <source>Light</source>
        <translation>Hell</translation>
    </message>
    <message>
        <source>Text size</source>
        <translation>Textgröße</translation>
    </message>
    <message>
        <source>Larger text everywhere except inside photos.</source>
        <translation>Größerer Text überall außer in Fotos.</translation>
    </message>
    <message>
        <source>Language</source>
        <translation>Sprache</translation>
    </message>
    <message>
        <source>Takes effect at the next start.</source>
        <translation>Gilt ab dem nächsten Start.</translation>
    </message>
    <message>
        <source>“Before” is shown as</source>
        <translation>„Vorher“ erscheint als</translation>
    </message>
    <message>
        <source>How the original is enlarged for the comparison.</source>
        <translation>Wie das Original für den Vergleich vergrößert wird.</translation>
    </message>
    <message>
        <source>Bicubic enlargement</source>
        <translation>Bikubische Vergrößerung</translation>
    </message>
    <message>
        <source>Original pixels</source>
        <translation>Original-Pixel</translation>
    </message>
    <message>
        <source>Blink interval</source>
        <translation>Blinkabstand</translation>
    </message>
    <message>
        <source>How long each side stays while blinking.</source>
        <translation>Wie lange jede Seite beim Blinken bleibt.</translation>
    </message>
    <message>
        <source>Difference gain</source>
        <translation>Verstärkung der Differenz</translation>
    </message>
    <message>
        <source>How much the difference map amplifies.</source>
        <translation>Wie stark das Differenzbild verstärkt.</translation>
    </message>
    <message>
        <source>Viewer memory</source>
        <translation>Speicher der Ansicht</translation>
    </message>
    <message>
        <source>Memory limit for picture tiles that are ready to draw.</source>
        <translation>Speichergrenze für bereitgehaltene Bildkacheln.</translation>
    </message>
    <message>
        <source>Output folder</source>
        <translation>Ausgabeordner</translation>
    </message>
    <message>
        <source>Empty means a folder “upscaled” beside each photo.</source>
        <translation>Leer bedeutet: ein Ordner „upscaled“ neben jedem Foto.</translation>
    </message>
    <message>
        <source>Format</source>
        <translation>Format</translation>
    </message>
    <message>
        <source>PNG and TIFF keep every value of 16-bit photos.</source>
        <translation>PNG und TIFF bewahren jeden Wert von 16-Bit-Fotos.</translation>
    </message>
    <message>
        <source>Same as the photo</source>
        <translation>Wie das Foto</translation>
    </message>
    <message>
        <source>Quality</source>
        <translation>Qualität</translation>
    </message>
    <message>
        <source>For JPEG, WebP and AVIF.</source>
        <translation>Für JPEG, WebP und AVIF.</translation>
    </message>
    <message>
        <source>File name</source>
        <translation>Dateiname</translation>
    </message>
    <message>
        <source>Fields: {name} {model} {scale} {width} {height} {date}.</source>
        <translation>Felder: {name} {model} {scale} {width} {height} {date}.</translation>
    </message>
    <message>
        <source>If the file exists</source>
        <translation>Falls die Datei existiert</translation>
    </message>
    <message>
        <source>Files are replaced only if you choose it here.</source>
        <translation>Dateien werden nur ersetzt, wenn es hier gewählt ist.</translation>
    </message>
    <message>
        <source>Add a number</source>
        <translation>Nummer anhängen</translation>
    </message>
    <message>
        <source>Skip the photo</source>
        <translation>Foto überspringen</translation>
    </message>
    <message>
        <source>Replace the file</source>
        <translation>Datei ersetzen</translation>
    </message>
    <message>
        <source>Keep EXIF, XMP and IPTC</source>
        <translation>EXIF, XMP und IPTC behalten</translation>
    </message>
    <message>
        <source>Turn off before sharing photos with strangers.</source>
        <translation>Vor dem Teilen mit Fremden abschalten.</translation>
    </message>
    <message>
        <source>Preview what is in view</source>
        <translation>Sichtbares vorab berechnen</translation>
    </message>
    <message>
        <source>Upscales the visible part at once; no file is written.</source>
        <translation>Vergrößert sofort den sichtbaren Ausschnitt; schreibt keine Datei.</translation>
    </message>
    <message>
        <source>Match the original exactly</source>
        <translation>Genau zum Original passend</translation>
    </message>
    <message>
        <source>Corrects the result until downscaling it reproduces the photo.</source>
        <translation>Berichtigt das Ergebnis, bis es verkleinert wieder das Foto ergibt.</translation>
    </message>
    <message>
        <source>Device</source>
        <translation>Gerät</translation>
    </message>
    <message>
        <source>The status bar shows the device in use.</source>
        <translation>Die Statusleiste nennt das benutzte Gerät.</translation>
    </message>
    <message>
        <source>Automatic</source>
        <translation>Automatisch</translation>
    </message>
    <message>
        <source>Sweep duration</source>
        <translation>Dauer eines Durchgangs</translation>
    </message>
    <message>
        <source>Time for the slider to cross the photo and return.</source>
        <translation>Zeit der Trennlinie über das Foto und zurück.</translation>
    </message>
    <message>
        <source>Start again after the last photo</source>
        <translation>Nach dem letzten Foto von vorn</translation>
    </message>
</context>
<context>
    <name>SettingsDialog</name>
    <message>
        <source>Settings</source>
        <translation>Einstellungen</translation>
    </message>
    <message>
        <source>Sections</source>
        <translation>Bereiche</translation>
    </message>
    <message>
        <source>Choose a folder…</source>
        <translation>Ordner wählen …</translation>
    </message>
    <message>
        <source>Reset all</source>
        <translation>Alles zurücksetzen</translation>
    </message>
    <message>
        <source>Done</source>
        <translation>Fertig</translation>
    </message>
</context>
<context>
    <name>SetupPage</name>
    <message>
        <source>Models to compare</source>
        <translation>Modelle, die verglichen werden</translation>
    </message>
    <message>
        <source>Photos to compare them on</source>
        <translation>Fotos, an denen sie verglichen werden</translation>
    </message>
    <message>
        <source>Add photos…</source>
        <translation>Fotos hinzufügen …</translation>
    </message>
    <message>
        <source>Show the result so far</source>
        <translation>Bisheriges Ergebnis zeigen</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source>Start the blind test</source>
        <translation>Blindtest beginnen</translation>
    </message>
    <message>
        <source>Blind test</source>
        <translation>Blindtest</translation>
    </message>
    <message>
        <source>Two enlargements of the same part of a photo are shown at a time, without names and on random sides. You say which one looks better. The names and the ranking come at the end.</source>
        <translation>Es werden jeweils zwei Vergrößerungen desselben Ausschnitts gezeigt, ohne Namen und auf zufälligen Seiten. Sie sagen, welche besser aussieht. Namen und Rangfolge kommen am Schluss.</translation>
    </message>
    <message>
        <source>Models</source>
        <translation>Modelle</translation>
    </message>
    <message>
        <source>Photos</source>
        <translation>Fotos</translation>
    </message>
    <message>
        <source>Go on with the last test ({done} of {count} answered)</source>
        <translation>Letzten Test fortsetzen ({done} von {count} beantwortet)</translation>
    </message>
    <message>
        <source>Choose two to {count} models.</source>
        <translation>Wählen Sie zwei bis {count} Modelle.</translation>
    </message>
    <message>
        <source>Choose a photo; more photos make the ranking more general.</source>
        <translation>Wählen Sie ein Foto; mehr Fotos machen die Rangfolge allgemeiner.</translation>
    </message>
    <message>
        <source>{count} questions.</source>
        <translation>{count} Fragen.</translation>
    </message>
    <message>
        <source>With three or more photos the ranking is about photos in general.</source>
        <translation>Ab drei Fotos gilt die Rangfolge für Fotos allgemein.</translation>
    </message>
</context>
<context>
    <name>ShareController</name>
    <message>
        <source>There is nothing to share yet</source>
        <translation>Es gibt noch nichts weiterzugeben</translation>
    </message>
    <message>
        <source>Writing {name}…</source>
        <translation>{name} wird geschrieben …</translation>
    </message>
    <message>
        <source>Share of the picture that shows before</source>
        <translation>Anteil des Bildes, der vorher zeigt</translation>
    </message>
    <message>
        <source>Actual size</source>
        <translation>Originalgröße</translation>
    </message>
    <message>
        <source>{size} pixels, made with {product}. This page loads nothing from the internet.</source>
        <translation>{size} Pixel, erstellt mit {product}. Diese Seite lädt nichts aus dem Internet.</translation>
    </message>
    <message>
        <source>{name} was written</source>
        <translation>{name} wurde geschrieben</translation>
    </message>
    <message>
        <source>What is in view is still being computed; try again in a moment</source>
        <translation>Der sichtbare Teil wird noch berechnet; gleich noch einmal versuchen</translation>
    </message>
    <message>
        <source>The photo was closed before it was written</source>
        <translation>Das Foto wurde geschlossen, bevor geschrieben wurde</translation>
    </message>
    <message>
        <source>The comparison could not be written</source>
        <translation>Der Vergleich konnte nicht geschrieben werden</translation>
    </message>
</context>
<context>
    <name>ShareDialog</name>
    <message>
        <source>Share the comparison</source>
        <translation>Vergleich weitergeben</translation>
    </message>
    <message>
        <source>What is in view</source>
        <translation>Was zu sehen ist</translation>
    </message>
    <message>
        <source>The whole photo</source>
        <translation>Das ganze Foto</translation>
    </message>
    <message>
        <source>With the names of the sides</source>
        <translation>Mit den Namen der Seiten</translation>
    </message>
    <message>
        <source>Save as…</source>
        <translation>Speichern unter …</translation>
    </message>
    <message>
        <source>As</source>
        <translation>Als</translation>
    </message>
    <message>
        <source>File type</source>
        <translation>Dateityp</translation>
    </message>
    <message>
        <source>Part</source>
        <translation>Ausschnitt</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source>Picture, split at the divider</source>
        <translation>Bild, am Teiler geteilt</translation>
    </message>
    <message>
        <source>Picture, side by side</source>
        <translation>Bild, nebeneinander</translation>
    </message>
    <message>
        <source>Animation, the divider moves</source>
        <translation>Animation, der Teiler wandert</translation>
    </message>
    <message>
        <source>Web page with a slider, one file</source>
        <translation>Webseite mit Schieber, eine Datei</translation>
    </message>
    <message>
        <source>Up to {pixels} pixels on the longer side.</source>
        <translation>Bis zu {pixels} Pixel an der längeren Seite.</translation>
    </message>
    <message>
        <source>Opens in any browser and loads nothing from the internet.</source>
        <translation>Öffnet sich in jedem Browser und lädt nichts aus dem Internet.</translation>
    </message>
    <message>
        <source>GIF has 256 colors; WebP has all of them.</source>
        <translation>GIF hat 256 Farben, WebP alle.</translation>
    </message>
</context>
<context>
    <name>ShortcutsDialog</name>
    <message>
        <source>Keyboard</source>
        <translation>Tastatur</translation>
    </message>
</context>
<context>
    <name>ShortcutsPage</name>
    <message>
        <source>Search a command or a key</source>
        <translation>Befehl oder Taste suchen</translation>
    </message>
    <message>
        <source>Commands</source>
        <translation>Befehle</translation>
    </message>
    <message>
        <source>Reassign</source>
        <translation>Neu zuweisen</translation>
    </message>
    <message>
        <source>No key</source>
        <translation>Keine Taste</translation>
    </message>
    <message>
        <source>Default</source>
        <translation>Standard</translation>
    </message>
    <message>
        <source>Key for {command}</source>
        <translation>Taste für {command}</translation>
    </message>
    <message>
        <source>Press the new key in the field.</source>
        <translation>Die neue Taste im Feld drücken.</translation>
    </message>
    <message>
        <source>{key} is reserved for navigation.</source>
        <translation>{key} ist für die Navigation reserviert.</translation>
    </message>
    <message>
        <source>{key} is the key of “{command}”.</source>
        <translation>{key} ist die Taste von „{command}“.</translation>
    </message>
</context>
<context>
    <name>SideLabels</name>
    <message>
        <source>bicubic</source>
        <translation>bikubisch</translation>
    </message>
    <message>
        <source>original pixels</source>
        <translation>Original-Pixel</translation>
    </message>
    <message>
        <source>Before</source>
        <translation>Vorher</translation>
    </message>
    <message>
        <source>After</source>
        <translation>Nachher</translation>
    </message>
    <message>
        <source>finished result</source>
        <translation>fertiges Ergebnis</translation>
    </message>
    <message>
        <source>computing…</source>
        <translation>rechnet …</translation>
    </message>
    <message>
        <source>restoration {share} %</source>
        <translation>Restaurierung {share} %</translation>
    </message>
    <message>
        <source>fidelity {share} %</source>
        <translation>Treue {share} %</translation>
    </message>
    <message>
        <source>matched</source>
        <translation>angeglichen</translation>
    </message>
</context>
<context>
    <name>StateProblem</name>
    <message>
        <source>{path} could not be read and was left out.</source>
        <translation>{path} konnte nicht gelesen werden und blieb außen vor.</translation>
    </message>
    <message>
        <source>Parts of {path} could not be used and were left out.</source>
        <translation>Teile von {path} waren nicht brauchbar und blieben außen vor.</translation>
    </message>
    <message>
        <source>{path} was written by a newer version; what this version does not know was left out.</source>
        <translation>{path} stammt von einer neueren Version; was diese Version nicht kennt, blieb außen vor.</translation>
    </message>
    <message>
        <source>{path} cannot be written ({reason}). Your changes apply until the window closes.</source>
        <translation>{path} kann nicht geschrieben werden ({reason}). Änderungen gelten, bis das Fenster schließt.</translation>
    </message>
    <message>
        <source>{path} cannot be used ({reason}). Large photos are kept in the system&apos;s folder for temporary files while they are open.</source>
        <translation>{path} ist nicht benutzbar ({reason}). Große Fotos liegen, solange sie offen sind, im Ordner des Systems für vorläufige Dateien.</translation>
    </message>
    <message>
        <source>A model was skipped: {reason}</source>
        <translation>Ein Modell wurde übergangen: {reason}</translation>
    </message>
    <message>
        <source>Another window is using the queue of {path}. Photos you add here join it at the next start.</source>
        <translation>Ein anderes Fenster benutzt die Warteschlange {path}. Fotos, die hier dazukommen, stehen beim nächsten Start mit darin.</translation>
    </message>
    <message>
        <source>Its old content is kept as {copy}.</source>
        <translation>Der alte Inhalt liegt in {copy}.</translation>
    </message>
</context>
<context>
    <name>StoryController</name>
    <message>
        <source>There is nothing to add to the story yet</source>
        <translation>Es gibt noch nichts für die Geschichte</translation>
    </message>
    <message>
        <source>Step {number} of the story: {name}</source>
        <translation>Schritt {number} der Geschichte: {name}</translation>
    </message>
    <message>
        <source>{name} is not a story that can be shown</source>
        <translation>{name} ist keine Geschichte, die gezeigt werden kann</translation>
    </message>
    <message>
        <source>The story could not be saved</source>
        <translation>Die Geschichte konnte nicht gespeichert werden</translation>
    </message>
    <message>
        <source>{name} was written</source>
        <translation>{name} wurde geschrieben</translation>
    </message>
    <message>
        <source>The photo is missing: {path}</source>
        <translation>Das Foto fehlt: {path}</translation>
    </message>
    <message>
        <source>The model {model} is not installed</source>
        <translation>Das Modell {model} ist nicht installiert</translation>
    </message>
</context>
<context>
    <name>StoryDialog</name>
    <message>
        <source>Story</source>
        <translation>Geschichte</translation>
    </message>
    <message>
        <source>Steps of the story</source>
        <translation>Schritte der Geschichte</translation>
    </message>
    <message>
        <source>No steps yet. Arrange photo, model, dials and divider in the viewer, then choose “Add to the story” in the menu View.</source>
        <translation>Noch keine Schritte. Foto, Modell, Regler und Teiler im Betrachter einrichten, dann im Menü Ansicht „Zur Geschichte hinzufügen“ wählen.</translation>
    </message>
    <message>
        <source>Caption of this step</source>
        <translation>Bildunterschrift dieses Schritts</translation>
    </message>
    <message>
        <source>Caption; empty for the name of the photo</source>
        <translation>Bildunterschrift; leer für den Namen des Fotos</translation>
    </message>
    <message>
        <source>Move up</source>
        <translation>Nach oben</translation>
    </message>
    <message>
        <source>Move down</source>
        <translation>Nach unten</translation>
    </message>
    <message>
        <source>Remove step</source>
        <translation>Schritt entfernen</translation>
    </message>
    <message>
        <source>Open…</source>
        <translation>Öffnen …</translation>
    </message>
    <message>
        <source>Save as…</source>
        <translation>Speichern unter …</translation>
    </message>
    <message>
        <source>Present</source>
        <translation>Vorführen</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Schließen</translation>
    </message>
</context>
<context>
    <name>TargetModel</name>
    <message>
        <source>Target</source>
        <translation>Ziel</translation>
    </message>
    <message>
        <source>State</source>
        <translation>Zustand</translation>
    </message>
    <message>
        <source>Size</source>
        <translation>Größe</translation>
    </message>
    <message>
        <source>Difference</source>
        <translation>Abweichung</translation>
    </message>
    <message>
        <source>Loss</source>
        <translation>Verlust</translation>
    </message>
    <message>
        <source>Time</source>
        <translation>Zeit</translation>
    </message>
    <message>
        <source>Needs {packages}. Install: {command}</source>
        <translation>Braucht {packages}. Installieren: {command}</translation>
    </message>
    <message>
        <source>{loss} dB</source>
        <translation>{loss} dB</translation>
    </message>
    <message>
        <source>none</source>
        <translation>keiner</translation>
    </message>
    <message>
        <source>{time} ms</source>
        <translation>{time} ms</translation>
    </message>
    <message>
        <source>{width} × {height} pixels, CPU threads: {threads}. Median {p50} ms, 95th percentile {p95} ms, peak memory {memory}. {speed} times as fast as the float32 network in ONNX Runtime, which ran in turns with it.</source>
        <translation>{width} × {height} Pixel, CPU-Threads: {threads}. Median {p50} ms, 95. Perzentil {p95} ms, Spitzenspeicher {memory}. {speed}-mal so schnell wie das float32-Netz in ONNX Runtime, das abwechselnd mit ihm lief.</translation>
    </message>
</context>
<context>
    <name>TrainingPage</name>
    <message>
        <source>This is not the folder of a training</source>
        <translation>Das ist nicht der Ordner eines Trainings</translation>
    </message>
    <message>
        <source>Saved {name}</source>
        <translation>{name} gespeichert</translation>
    </message>
</context>
<context>
    <name>ViewerBar</name>
    <message>
        <source>Zoom out</source>
        <translation>Verkleinern</translation>
    </message>
    <message>
        <source>Zoom</source>
        <translation>Zoom</translation>
    </message>
    <message>
        <source>Zoom in</source>
        <translation>Heranzoomen</translation>
    </message>
    <message>
        <source>Fit to window</source>
        <translation>Einpassen</translation>
    </message>
    <message>
        <source>One result pixel on one screen pixel</source>
        <translation>Ein Pixel des Ergebnisses auf einem des Bildschirms</translation>
    </message>
</context>
<context>
    <name>ViewerPage</name>
    <message>
        <source>Loupe</source>
        <translation>Lupe</translation>
    </message>
    <message>
        <source>Split left and right</source>
        <translation>Links und rechts geteilt</translation>
    </message>
    <message>
        <source>Split top and bottom</source>
        <translation>Oben und unten geteilt</translation>
    </message>
    <message>
        <source>Side by side</source>
        <translation>Nebeneinander</translation>
    </message>
    <message>
        <source>Flip in place</source>
        <translation>Am Ort wechseln</translation>
    </message>
    <message>
        <source>Blink</source>
        <translation>Blinken</translation>
    </message>
    <message>
        <source>Difference map</source>
        <translation>Differenzbild</translation>
    </message>
    <message>
        <source>Before</source>
        <translation>Vorher</translation>
    </message>
    <message>
        <source>After</source>
        <translation>Nachher</translation>
    </message>
</context>
<context>
    <name>WindowActions</name>
    <message>
        <source>&amp;File</source>
        <translation>&amp;Datei</translation>
    </message>
    <message>
        <source>&amp;Open photos…</source>
        <translation>Fotos ö&amp;ffnen …</translation>
    </message>
    <message>
        <source>Add a &amp;folder to the queue…</source>
        <translation>&amp;Ordner in die Warteschlange …</translation>
    </message>
    <message>
        <source>&amp;Paste a photo</source>
        <translation>Foto &amp;einfügen</translation>
    </message>
    <message>
        <source>&amp;New run…</source>
        <translation>&amp;Neuer Lauf …</translation>
    </message>
    <message>
        <source>Open a &amp;run folder…</source>
        <translation>O&amp;rdner eines Laufs öffnen …</translation>
    </message>
    <message>
        <source>&amp;Upscale</source>
        <translation>&amp;Vergrößern</translation>
    </message>
    <message>
        <source>Add to &amp;queue</source>
        <translation>In die &amp;Warteschlange</translation>
    </message>
    <message>
        <source>S&amp;hare the comparison…</source>
        <translation>Ver&amp;gleich weitergeben …</translation>
    </message>
    <message>
        <source>&amp;Close photo</source>
        <translation>Foto s&amp;chließen</translation>
    </message>
    <message>
        <source>&amp;Settings…</source>
        <translation>Ein&amp;stellungen …</translation>
    </message>
    <message>
        <source>Qu&amp;it</source>
        <translation>&amp;Beenden</translation>
    </message>
    <message>
        <source>&amp;View</source>
        <translation>&amp;Ansicht</translation>
    </message>
    <message>
        <source>Split &amp;left and right</source>
        <translation>&amp;Links und rechts geteilt</translation>
    </message>
    <message>
        <source>Split &amp;top and bottom</source>
        <translation>&amp;Oben und unten geteilt</translation>
    </message>
    <message>
        <source>&amp;Side by side</source>
        <translation>&amp;Nebeneinander</translation>
    </message>
    <message>
        <source>&amp;Flip in place</source>
        <translation>Am Ort &amp;wechseln</translation>
    </message>
    <message>
        <source>&amp;Blink</source>
        <translation>&amp;Blinken</translation>
    </message>
    <message>
        <source>&amp;Difference map</source>
        <translation>&amp;Differenzbild</translation>
    </message>
    <message>
        <source>L&amp;oupe</source>
        <translation>L&amp;upe</translation>
    </message>
    <message>
        <source>Fit to &amp;window</source>
        <translation>&amp;Einpassen</translation>
    </message>
    <message>
        <source>&amp;100 % in screen pixels</source>
        <translation>&amp;100 % in Bildschirmpixeln</translation>
    </message>
    <message>
        <source>&amp;200 %</source>
        <translation>&amp;200 %</translation>
    </message>
    <message>
        <source>Zoom &amp;in</source>
        <translation>&amp;Heranzoomen</translation>
    </message>
    <message>
        <source>Zoom o&amp;ut</source>
        <translation>Ver&amp;kleinern</translation>
    </message>
    <message>
        <source>Before as original pi&amp;xels</source>
        <translation>Vorher als Original-&amp;Pixel</translation>
    </message>
    <message>
        <source>Show the i&amp;nspector</source>
        <translation>&amp;Seitenleiste zeigen</translation>
    </message>
    <message>
        <source>Show the &amp;queue</source>
        <translation>War&amp;teschlange zeigen</translation>
    </message>
    <message>
        <source>Light or dar&amp;k</source>
        <translation>Hell ode&amp;r dunkel</translation>
    </message>
    <message>
        <source>&amp;Presentation</source>
        <translation>&amp;Vorführung</translation>
    </message>
    <message>
        <source>&amp;Add to the story</source>
        <translation>&amp;Zur Geschichte hinzufügen</translation>
    </message>
    <message>
        <source>Stor&amp;y…</source>
        <translation>&amp;Geschichte …</translation>
    </message>
    <message>
        <source>Full scr&amp;een</source>
        <translation>Vollb&amp;ild</translation>
    </message>
    <message>
        <source>&amp;Model</source>
        <translation>&amp;Modell</translation>
    </message>
    <message>
        <source>Model {number}</source>
        <translation>Modell {number}</translation>
    </message>
    <message>
        <source>&amp;Next model</source>
        <translation>&amp;Nächstes Modell</translation>
    </message>
    <message>
        <source>P&amp;revious model</source>
        <translation>&amp;Voriges Modell</translation>
    </message>
    <message>
        <source>Back to &amp;preview</source>
        <translation>Zurück zur Vor&amp;schau</translation>
    </message>
    <message>
        <source>&amp;Import a network…</source>
        <translation>Netz &amp;importieren …</translation>
    </message>
    <message>
        <source>&amp;Queue</source>
        <translation>&amp;Warteschlange</translation>
    </message>
    <message>
        <source>&amp;Start or resume</source>
        <translation>&amp;Starten oder fortsetzen</translation>
    </message>
    <message>
        <source>&amp;Pause</source>
        <translation>&amp;Anhalten</translation>
    </message>
    <message>
        <source>&amp;Cancel all</source>
        <translation>Alle a&amp;bbrechen</translation>
    </message>
    <message>
        <source>&amp;Retry failed</source>
        <translation>Fehlgeschlagene &amp;noch einmal</translation>
    </message>
    <message>
        <source>Remove &amp;finished</source>
        <translation>&amp;Fertige entfernen</translation>
    </message>
    <message>
        <source>&amp;Help</source>
        <translation>&amp;Hilfe</translation>
    </message>
    <message>
        <source>&amp;Keyboard</source>
        <translation>&amp;Tastatur</translation>
    </message>
    <message>
        <source>&amp;About MFAGAN Studio</source>
        <translation>Ü&amp;ber MFAGAN Studio</translation>
    </message>
</context>
<context>
    <name>WindowCommands</name>
    <message>
        <source>Flip before and after</source>
        <translation>Vorher und Nachher wechseln</translation>
    </message>
    <message>
        <source>Space</source>
        <translation>Leertaste</translation>
    </message>
    <message>
        <source>Move the photo, or the divider when it has the focus</source>
        <translation>Foto bewegen, oder die Trennlinie, wenn sie den Fokus hat</translation>
    </message>
    <message>
        <source>Viewer</source>
        <translation>Ansicht</translation>
    </message>
    <message>
        <source>Super-resolution on your own machine. Apache-2.0. No photo and no word about you leaves this computer.</source>
        <translation>Superauflösung auf dem eigenen Rechner. Apache-2.0. Kein Foto und kein Wort über Sie verlässt diesen Rechner.</translation>
    </message>
</context>
<context>
    <name>_Frames</name>
    <message>
        <source>Step {step}</source>
        <translation>Schritt {step}</translation>
    </message>
</context>
<context>
    <name>_SampleButton</name>
    <message>
        <source>Sample photo {name}</source>
        <translation>Beispielfoto {name}</translation>
    </message>
</context>
</TS>
